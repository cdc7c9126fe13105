/** A YAML file as plain values that still know their line, or everything that is wrong with its syntax. */
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Decoded, Problem, ProblemCode } from './problem.ts';

export interface SourceFile {
  /** Relative to the folder, with `/`: `clients/acme.yaml`. */
  readonly path: string;
  /** Decoded from UTF-8; what was not UTF-8 stands as U+FFFD and is refused with its line. */
  readonly text: string;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Source {
  readonly file: string;
  readonly value: unknown;
  /** Where the key (or the item of a list) at this path stands; for a path that is not there, its nearest parent. */
  readonly at: (path: readonly PropertyKey[]) => Position;
}

/** Characters. A client file of a thousand endpoints is about 200 KB. */
export const maxFileLength = 1_048_576;
/** After aliases are expanded: what stops a file of 1 KB that stands for a million values. */
const maxNodes = 50_000;
const maxDepth = 64;
/** One wrong bracket can make a complaint of every line that follows. */
const maxSyntaxProblems = 10;

const top: Position = { line: 1, column: 1 };

const keyOf = (path: readonly PropertyKey[]): string => JSON.stringify(path.map(String));

/** `services.mail.endpoints[0].url`, as a reader would say it. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');

class Walk {
  readonly problems: Problem[] = [];
  readonly positions = new Map<string, Position>();
  private nodes = 0;
  private readonly file: string;
  private readonly lines: LineCounter;
  private readonly anchors = new Map<string, unknown>();

  constructor(file: string, lines: LineCounter) {
    this.file = file;
    this.lines = lines;
  }

  position(node: unknown): Position {
    const range = isNode(node) ? node.range : undefined;
    if (!range) return top;
    const { line, col } = this.lines.linePos(range[0]);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  report(code: ProblemCode, path: readonly PropertyKey[], at: Position, saw: string, want: string): void {
    this.problems.push({ code, path: pathText(path), saw, want, file: this.file, ...at });
  }

  value(node: unknown, path: readonly PropertyKey[], open: readonly unknown[]): unknown {
    if (this.nodes > maxNodes) return null;
    if (++this.nodes > maxNodes) {
      const want = `at most ${maxNodes} once aliases are expanded`;
      this.report('too-large', [], top, `more than ${maxNodes} values`, want);
      return null;
    }
    if (isAlias(node)) {
      const target = this.anchors.get(node.source);
      if (target && !open.includes(target) && open.length < maxDepth)
        return this.value(target, path, [...open, target]);
      const want = 'the name of an anchor that was closed above it';
      this.report('syntax', path, this.position(node), `the alias *${node.source}`, want);
      return null;
    }
    if (isNode(node) && node.anchor) this.anchors.set(node.anchor, node);
    if (isScalar(node)) return node.value ?? null;
    if (open.length >= maxDepth) {
      this.report('syntax', path, this.position(node), `more than ${maxDepth} levels`, 'a flatter file');
      return null;
    }
    const inside = [...open, node];
    if (isSeq(node))
      return node.items.map((item, i) => {
        const here = [...path, i];
        this.positions.set(keyOf(here), this.position(item));
        return this.value(item, here, inside);
      });
    if (isMap(node)) return this.entries(node.items, path, inside);
    return null;
  }

  private entries(
    items: readonly { readonly key: unknown; readonly value: unknown }[],
    path: readonly PropertyKey[],
    open: readonly unknown[],
  ): Record<string, unknown> {
    const record: Record<string, unknown> = {};
    const seen = new Map<string, Position>();
    for (const { key, value } of items) {
      const at = this.position(key);
      const name = isScalar(key) ? String(key.value ?? '') : '';
      const here = [...path, name];
      const before = seen.get(name);
      if (name === '' || name === '__proto__')
        this.report('syntax', path, at, name || 'no name', 'a name before the colon');
      else if (before)
        this.report(
          'duplicate-id',
          here,
          at,
          `"${name}" again, after line ${before.line}`,
          'each name once: remove one',
        );
      else {
        seen.set(name, at);
        this.positions.set(keyOf(here), at);
        record[name] = this.value(value, here, open);
      }
    }
    return record;
  }
}

/** Never throws: text that is not YAML at all comes back as problems. */
export const readSource = ({ path: file, text }: SourceFile): Decoded<Source> => {
  const refuse = (code: ProblemCode, saw: string, want: string, at: Position = top): Decoded<Source> => ({
    ok: false,
    problems: [{ code, path: '', saw, want, file, ...at }],
  });
  if (text.length > maxFileLength)
    return refuse('too-large', `more than ${maxFileLength} characters`, 'a file for each client');
  const broken = text.indexOf('\uFFFD');
  if (broken >= 0) {
    const at = { line: text.slice(0, broken).split('\n').length, column: 1 };
    return refuse('encoding', 'bytes that are not UTF-8', 'the file saved as UTF-8', at);
  }
  const lines = new LineCounter();
  let document: ReturnType<typeof parseDocument>;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true, uniqueKeys: false });
  } catch (error) {
    // The parser recurses: brackets nested some thousands deep exhaust its stack, and that is the file's fault.
    return refuse('syntax', error instanceof Error ? error.message : 'nothing readable', 'a YAML file');
  }
  const syntax = [...document.errors, ...document.warnings].slice(0, maxSyntaxProblems).map((error): Problem => {
    const { line, col } = lines.linePos(error.pos[0]);
    const at = { line: Math.max(line, 1), column: Math.max(col, 1) };
    return { code: 'syntax', path: '', saw: error.message, want: mend(error.code), file, ...at };
  });
  if (syntax.length > 0) return { ok: false, problems: syntax };
  const walk = new Walk(file, lines);
  const value = walk.value(document.contents, [], []);
  if (walk.problems.length > 0) return { ok: false, problems: walk.problems };
  const at = (path: readonly PropertyKey[]): Position => {
    for (let length = path.length; length > 0; length--) {
      const found = walk.positions.get(keyOf(path.slice(0, length)));
      if (found) return found;
    }
    return top;
  };
  return { ok: true, value: { file, value, at } };
};

const mend = (code: string): string => {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'spaces, not tabs, before a name';
    case 'BAD_INDENT':
      return 'names of one block under one another, indented by spaces';
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return 'quotes around a text that holds ": "';
    case 'MULTIPLE_DOCS':
      return 'one document in a file: no second ---';
    case 'BAD_SCALAR_START':
    case 'UNEXPECTED_TOKEN':
      return 'quotes around a text that begins with a sign such as > @ ` or %';
    default:
      return 'valid YAML 1.2';
  }
};
