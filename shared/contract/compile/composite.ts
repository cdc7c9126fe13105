/** Several checks that are judged as one. */
import type { CompositeCheck, SingleCheck } from '../../probe/check.ts';
import { targetOf } from '../../probe/target.ts';
import type { WrittenEndpoint, WrittenMember } from '../language/endpoint.ts';
import type { ProbeBase } from './kinds.ts';
import type { CheckReading, Path } from './reading.ts';

type Single = (written: WrittenMember, path: Path, base: ProbeBase, reading: CheckReading) => SingleCheck;

/** None where the endpoint is not written as several. */
export const compositeCheck = (
  written: WrittenEndpoint,
  path: Path,
  base: ProbeBase,
  reading: CheckReading,
  single: Single,
): CompositeCheck | undefined => {
  const { any, all, of, 'at-least': count } = written;
  if (of && count === undefined)
    reading.complain([...path, 'of'], 'missing-field', 'how many of them must be up: "at-least: 2"');
  if (count !== undefined && !of)
    reading.complain(
      [...path, 'at-least'],
      'missing-field',
      'the members that are counted: "of: [{ tcp: … }, { tcp: … }]"',
    );
  const field = any ? 'any' : all ? 'all' : 'of';
  const members = any ?? all ?? of ?? (count === undefined ? undefined : []);
  if (!members) return undefined;
  if (of && count !== undefined && count > of.length)
    reading.complain([...path, 'at-least'], 'contradiction', `at most ${of.length}, as many as are listed`, [
      ...path,
      'of',
    ]);
  return {
    ...base,
    kind: 'composite',
    atLeast: any ? 1 : all ? all.length : (count ?? 1),
    members: members.map((member, i) => {
      const at = [...path, field, i];
      const [kind, second] = Object.keys(member).filter((key) => key !== 'name');
      if (kind && second)
        reading.complain([...at, second], 'contradiction', `${kind} or ${second}, not both: one member for each`, [
          ...at,
          kind,
        ]);
      const check = single(member, at, { ...base, id: `${base.id}#${i + 1}` }, reading);
      return { name: member.name ?? targetOf(check), check };
    }),
  };
};
