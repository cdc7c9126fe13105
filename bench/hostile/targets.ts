/** What is put to every prober, and what a right verdict on it is. */
export interface Target {
  readonly name: string;
  /** Of the farm's server. */
  readonly at: string;
  readonly scheme?: 'http' | 'https';
  /** A name that the farm's own DNS has something to say about; others cannot be told to ask it. */
  readonly host?: string;
  /** Up, down where this is left out, or a matter of taste: then it counts that there is a verdict in time. */
  readonly up?: true | 'either';
}

export const targets: readonly Target[] = [
  { name: 'a healthy page', at: 'healthy', up: true },
  { name: 'a healthy page over TLS', at: 'good', scheme: 'https', up: true },
  { name: 'TLS 1.2 at most', at: 'goodOldest', scheme: 'https', up: true },
  { name: 'slow, but in time', at: 'slow', up: true },
  { name: 'a redirect to a page', at: 'redirect', up: true },
  { name: 'a gzip bomb: 50 MB in 50 KB', at: 'gzipBomb', up: 'either' },
  { name: 'a body of 2 GB', at: 'huge', up: 'either' },
  { name: 'a body without end', at: 'endless', up: 'either' },
  { name: 'a body that drips', at: 'dripping' },
  { name: 'never answers', at: 'hanging' },
  { name: 'a socket that never speaks', at: 'silent' },
  { name: 'nobody listens', at: 'refusing' },
  { name: 'SYNs vanish', at: 'blackHole' },
  { name: 'resets what connects', at: 'resetting' },
  { name: 'resets what asks', at: 'resetOnRequest' },
  { name: 'hangs up without a word', at: 'closing' },
  { name: 'a reset within the body', at: 'resetInBody' },
  { name: 'a body shorter than promised', at: 'truncated' },
  { name: 'two lengths for one body', at: 'twoLengths' },
  { name: 'something that is not HTTP', at: 'notHttp' },
  { name: '512 KB of headers', at: 'hugeHeaders' },
  { name: 'headers without end', at: 'endlessHeaders' },
  { name: '503', at: 'unavailable' },
  { name: '404', at: 'missing' },
  { name: 'a redirect to itself', at: 'loop' },
  { name: 'an expired certificate', at: 'expired', scheme: 'https' },
  { name: "somebody else's certificate", at: 'wrongName', scheme: 'https' },
  { name: 'a self-signed certificate', at: 'selfSigned', scheme: 'https' },
  { name: 'TLS 1.1 at most', at: 'tooOld', scheme: 'https' },
  { name: 'a handshake that hangs', at: 'silent', scheme: 'https' },
  { name: 'a redirect to the metadata service', at: 'toMetadata', host: '127.0.0.1' },
  { name: 'a name that is not there', at: 'healthy', host: 'nowhere.test' },
  { name: 'a resolver that fails', at: 'healthy', host: 'broken.test' },
  { name: 'a resolver that is silent', at: 'healthy', host: 'silent.test' },
];

/** Those whose answer is more than anybody should keep. */
export const unbounded: readonly string[] = ['gzipBomb', 'huge', 'endless'];

export const deadlineMs = 1_000;
