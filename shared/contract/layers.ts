/** Inheritance, field by field: what is written further in wins, and every value still knows the line it came from. */
import type { Position, Source } from './source.ts';

/** Where a value was written. */
export interface Origin extends Position {
  readonly file: string;
  readonly path: readonly PropertyKey[];
}

/** A block of fields in a file; a layer without a source is Vigie's own defaults. */
export interface Layer {
  readonly source?: Source | undefined;
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
}

interface Leaf {
  readonly kind: 'leaf';
  readonly layer: Layer;
  /** Of the value inside its file. */
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
}
interface Branch {
  readonly kind: 'branch';
  readonly leaf: Leaf;
  readonly fields: Map<string, Tree>;
}
type Tree = Leaf | Branch;

/** Fields whose parts only make sense together: the inner one replaces the outer one whole. */
const whole: ReadonlySet<string> = new Set([
  'hours',
  'within',
  'granularity',
  'denominator',
  'minimum-outage',
  'tested',
  'credits',
  'minimum',
  'base',
  'claim',
  'up-when',
  'requests',
  'tickets',
]);

const isBlock = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const lay = (below: Tree | undefined, name: string, leaf: Leaf): Tree => {
  if (!isBlock(leaf.value) || whole.has(name)) return leaf;
  const fields = new Map(below?.kind === 'branch' ? below.fields : []);
  for (const [key, value] of Object.entries(leaf.value))
    fields.set(key, lay(fields.get(key), key, { kind: 'leaf', layer: leaf.layer, path: [...leaf.path, key], value }));
  return { kind: 'branch', leaf, fields };
};

const plain = (tree: Tree): unknown =>
  tree.kind === 'leaf' ? tree.value : Object.fromEntries([...tree.fields].map(([key, field]) => [key, plain(field)]));

export interface Layered {
  /** As if one person had written all of it in one place. */
  readonly value: unknown;
  /** Where the value at a path was written; none for a default. */
  readonly origin: (path: readonly PropertyKey[]) => Origin | undefined;
  /** Every field by its path, with what it says. */
  readonly leaves: () => {
    readonly path: readonly string[];
    readonly value: unknown;
    readonly origin: Origin | undefined;
  }[];
}

const originOf = (leaf: Leaf, rest: readonly PropertyKey[]): Origin | undefined => {
  const { source } = leaf.layer;
  if (!source) return undefined;
  const path = [...leaf.path, ...rest];
  return { file: source.file, path, ...source.at(path) };
};

const find = (tree: Tree, path: readonly PropertyKey[]): Origin | undefined => {
  const [next, ...rest] = path;
  if (tree.kind === 'leaf' || next === undefined) return originOf(tree.kind === 'leaf' ? tree : tree.leaf, path);
  const field = tree.fields.get(String(next));
  return field ? find(field, rest) : originOf(tree.leaf, path);
};

const leavesOf = (tree: Tree, path: readonly string[]): ReturnType<Layered['leaves']> =>
  tree.kind === 'leaf'
    ? [{ path, value: tree.value, origin: originOf(tree, []) }]
    : [...tree.fields].flatMap(([key, field]) => leavesOf(field, [...path, key]));

/** From the outermost to the innermost. Layers without a value are passed over. */
export const layered = (layers: readonly Layer[]): Layered => {
  let tree: Tree | undefined;
  for (const layer of layers)
    if (layer.value !== undefined) tree = lay(tree, '', { kind: 'leaf', layer, path: layer.path, value: layer.value });
  const top: Tree = tree ?? { kind: 'leaf', layer: { path: [], value: {} }, path: [], value: {} };
  return { value: plain(top), origin: (path) => find(top, path), leaves: () => leavesOf(top, []) };
};
