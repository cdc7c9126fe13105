/**
 * JavaScript, because stripping types would be part of what is measured.
 *
 * A function from nothing to the end of its first invocation, in a process of its own: the CPU that it took.
 *
 *     node cold.mjs <folder of its bundle, or nothing> '<event>'
 */
const [folder = '', event = '{}'] = process.argv.slice(2);
if (folder !== '') {
  const { handler } = await import(`${folder}/index.mjs`);
  const context = {
    awsRequestId: '0',
    functionName: 'f',
    functionVersion: '1',
    invokedFunctionArn: 'arn:aws:lambda:a:0:b',
    memoryLimitInMB: '1769',
  };
  await handler(JSON.parse(event), { ...context, getRemainingTimeInMillis: () => 30_000 });
}
const { user, system } = process.cpuUsage();
process.send?.({ cpuMs: (user + system) / 1_000 });
process.disconnect?.();
process.exit();
