import { InputError } from '../base/errors.ts';
import type { Inspector, NamedMachine } from './inspector.ts';
import type { ExportRequest, PlayRequest } from './protocol.ts';
import { subjectOf } from './subjects.ts';

/** What is sent back: JSON, or a text. */
export type Answer = { readonly json: unknown } | { readonly text: string; readonly type: string };

/** A question as it came: what is after `api/`, what is after `?`, and what was posted. */
export interface Question {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body?: unknown;
}

type Handler = (inspector: Inspector, question: Question) => Answer | Promise<Answer>;

const GET: Readonly<Record<string, Handler>> = {
  overview: (inspector) => ({ json: inspector.overview() }),
  system: (inspector, { query }) => ({ json: inspector.system(subjectIn(query)) }),
  statements: (inspector, { query }) => ({ json: inspector.statements(subjectIn(query)) }),
  find: (inspector, { query }) => {
    const number = Number(query.get('number') ?? 1);
    if (!(Number.isInteger(number) && number > 0)) {
      throw new InputError("'number' must be a positive whole number");
    }
    return { json: inspector.find(subjectIn(query), required(query, 'condition'), number) };
  },
  machine: async (inspector, { query }) => ({
    json: await inspector.machine(machineIn(inspector, query)),
  }),
  counterexample: (inspector, { query }) => ({
    json: inspector.runs.counterexample(required(query, 'id')),
  }),
  path: (inspector, { query }) => ({ json: inspector.runs.path(required(query, 'id')) }),
  paths: (inspector, { query }) => ({ json: inspector.runs.paths(required(query, 'suite')) }),
  matrix: (inspector, { query }) => ({
    json: inspector.matrix(query.get('system') ?? undefined),
  }),
  comparison: (inspector, { query }) => ({
    json: inspector.comparison(required(query, 'name')),
  }),
  answers: (inspector, { query }) => ({ json: inspector.answers(required(query, 'name')) }),
  beside: (inspector, { query }) => ({
    json: inspector.beside({
      comparison: required(query, 'comparison'),
      rule: required(query, 'rule'),
      left: required(query, 'left'),
      right: required(query, 'right'),
    }),
  }),
  words: (inspector) => ({ json: inspector.words() }),
  findings: (inspector) => ({ json: inspector.findings() }),
  coverage: (inspector, { query }) => {
    const name = query.get('machine');
    const machine = name === null ? machineIn(inspector, query) : inspector.machineNamed(name);
    return { json: inspector.coverage(machine) };
  },
  export: async (inspector, { query }) => {
    const what = required(query, 'what');
    const text = await inspector.diagram(machineIn(inspector, query), what);
    return { text, type: what === 'svg' ? 'image/svg+xml' : 'text/plain' };
  },
};

const POST: Readonly<Record<string, Handler>> = {
  play: (inspector, { body }) => ({ json: inspector.play(playRequest(fieldsOf(body))) }),
  export: (inspector, { body }) => ({
    text: inspector.export(exportRequest(fieldsOf(body))),
    type: 'text/plain',
  }),
  chart: async (inspector, { body }) => ({
    json: await inspector.chart(fieldsOf(body).definition),
  }),
};

/** Whether there is such a question, and with which methods; none where there is not. */
export function methodsOf(path: string): string[] {
  return [
    ...(Object.hasOwn(GET, path) ? ['GET'] : []),
    ...(Object.hasOwn(POST, path) ? ['POST'] : []),
  ];
}

/**
 * Answers one question of the page.
 *
 * @throws InputError for what there is not, and for what is not as it should be
 */
export async function answer(inspector: Inspector, question: Question): Promise<Answer> {
  const handlers = question.method === 'POST' ? POST : GET;
  if (!Object.hasOwn(handlers, question.path)) {
    throw new InputError(`there is no api/${question.path}`);
  }
  return handlers[question.path]!(inspector, question);
}

function subjectIn(query: URLSearchParams): PlayRequest['subject'] {
  return subjectOf(Object.fromEntries(query));
}

/** `name=NAME`, or a subject with `part=PART`. */
function machineIn(inspector: Inspector, query: URLSearchParams): NamedMachine {
  const name = query.get('name');
  if (name !== null) return inspector.machineNamed(name);
  const part = query.get('part');
  if (part !== null) return inspector.partOf(subjectIn(query), part);
  throw new InputError('say which machine: name=NAME, or part=PART of a system');
}

function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value !== null && value !== '') return value;
  throw new InputError(`'${name}' is missing`);
}

/** Where the page is, as the address says it: in one line, so that it is one word of a command. */
export function isRoute(text: string): boolean {
  return /^#\/[^\s\p{Cc}]*$/u.test(text);
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(body: unknown): Fields {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Fields;
  throw new InputError('an object is expected');
}

function playRequest({ subject, steps, at }: Fields): PlayRequest {
  if (!Array.isArray(steps) || !steps.every((step) => typeof step === 'string')) {
    throw new InputError("'steps' must be a list of labels");
  }
  if (at !== undefined && !(Number.isInteger(at) && (at as number) >= 0)) {
    throw new InputError("'at' must be a number of steps");
  }
  return {
    subject: subjectOf(fieldsOf(subject)),
    steps,
    ...(at !== undefined && { at: at as number }),
  };
}

function exportRequest(fields: Fields): ExportRequest {
  const { what, route } = fields;
  if (what !== 'run' && what !== 'test' && what !== 'mail') {
    throw new InputError("'what' must be run, test or mail");
  }
  if (what !== 'mail') return { ...playRequest(fields), what };
  if (typeof route !== 'string' || !isRoute(route)) {
    throw new InputError("'route' must be an address of the page, such as #/system/NAME");
  }
  return { ...playRequest(fields), what, route };
}
