/**
 * Labels: `object.operation:outcome#variant@thread`.
 *
 * The colon separates a call from its outcome, `#variant` is what two parts must agree on and no
 * caller can see, `@thread` is the thread that runs the step. Object and operation are separated
 * by the last dot outside parentheses: `queue[0].lock.down_write_trylock:1@worker0`.
 */
export interface Label {
  /** Empty where the label names no object. */
  readonly object: string;
  readonly operation: string;
  readonly outcome?: string;
  readonly variant?: string;
  readonly thread?: string;
}

export function parseLabel(text: string): Label {
  const [beforeThread, thread] = cut(text, '@');
  const [beforeVariant, variant] = cut(beforeThread, '#');
  const [path, outcome] = cut(beforeVariant, ':');
  const dot = lastDotOutsideParentheses(path);
  const label: { -readonly [Key in keyof Label]: Label[Key] } = {
    object: dot <= 0 ? '' : path.slice(0, dot),
    operation: dot <= 0 ? path : path.slice(dot + 1),
  };
  if (outcome !== undefined) label.outcome = outcome;
  if (variant !== undefined) label.variant = variant;
  if (thread !== undefined) label.thread = thread;
  return label;
}

export function formatLabel(label: Label): string {
  return (
    (label.object && `${label.object}.`) +
    label.operation +
    (label.outcome === undefined ? '' : `:${label.outcome}`) +
    (label.variant === undefined ? '' : `#${label.variant}`) +
    (label.thread === undefined ? '' : `@${label.thread}`)
  );
}

/** The label as tests, refinement and traces compare it: without `#variant`. */
export function withoutVariant(text: string): string {
  return text.replace(/#[^@]*/, '');
}

/** The label as no caller and no thread adds to it: without `#variant` and `@thread`. */
export function plainLabel(text: string): string {
  return text.replace(/[#@].*$/, '');
}

/** The call that the label belongs to: `object.operation@thread`, without outcome and variant. */
export function callOf(text: string): string {
  const { object, operation, thread } = parseLabel(text);
  return formatLabel({ object, operation, ...(thread !== undefined && { thread }) });
}

/** The names of the indices of a template: `queue[i].slot[j].take` has `i` and `j`. */
export function indicesOf(template: string): string[] {
  return [...template.matchAll(TEMPLATE_INDEX)].map((match) => match[1]!);
}

/** Fills each `[name]` of a template from `values`; a name without a value stays as it is. */
export function fillTemplate(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replace(TEMPLATE_INDEX, (whole, name: string) =>
    hasValue(values, name) ? `[${String(values[name])}]` : whole,
  );
}

/** All labels that a template stands for, where index `i` runs over `0 … ranges.i - 1`. */
export function expandTemplate(
  template: string,
  ranges: Readonly<Record<string, number>>,
): string[] {
  const name = indicesOf(template).find((index) => hasValue(ranges, index));
  if (name === undefined) return [template];
  return Array.from({ length: ranges[name]! }, (_, value) =>
    expandTemplate(fillTemplate(template, { [name]: value }), ranges),
  ).flat();
}

const TEMPLATE_INDEX = /\[([a-z]\w*)\]/g;

/** An index may be called `constructor`, so what every object inherits is no value. */
function hasValue(values: Readonly<Record<string, unknown>>, name: string): boolean {
  return Object.hasOwn(values, name) && values[name] !== undefined;
}

function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function lastDotOutsideParentheses(path: string): number {
  let depth = 0;
  for (let i = path.length - 1; i >= 0; i--) {
    if (path[i] === ')') depth++;
    else if (path[i] === '(') depth--;
    else if (path[i] === '.' && depth === 0) return i;
  }
  return -1;
}
