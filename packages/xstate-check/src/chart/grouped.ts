import type { Box, Line, Structure } from './structure.ts';

/** A chart of more arrows than this is not read any more. */
const MANY = 40;

/**
 * The structure of a chart with many arrows, where a call that has one answer is one arrow, from
 * where it begins to where its answer leads (`move(true): begin, end`): the state in between, in which
 * nothing else can happen, is `through` what it leads.
 */
export function groupedWhereMany(structure: Structure): Structure {
  if (structure.lines.length <= MANY) return structure;
  return structure.boxes.reduce(withoutWait, structure);
}

function withoutWait(structure: Structure, box: Box): Structure {
  const { boxes, lines } = structure;
  const into = lines.filter(({ to }) => to === box.id);
  const out = lines.filter(({ from }) => from === box.id);
  const [begin, answer] = [into[0], out[0]];
  if (into.length !== 1 || out.length !== 1 || begin === undefined || answer === undefined) {
    return structure;
  }
  const alone = boxes.filter(({ parent }) => parent === box.parent).length === 1;
  if (alone || begin.from === answer.to || !isWait(box) || !isOneCall(begin, answer)) {
    return structure;
  }
  const call: Line = {
    id: `${begin.from}->${box.id}->${answer.to}`,
    from: begin.from,
    to: answer.to,
    through: box.id,
    labels: [...begin.labels, ...answer.labels],
    lines: [`${callOf(begin)}: begin, ${outcomeOf(answer)}`],
  };
  return {
    boxes: boxes.filter((one) => one !== box),
    lines: lines.flatMap((line) => (line === begin ? [call] : line === answer ? [] : [line])),
  };
}

/** A state of which there is nothing to say but that a call has not returned. */
function isWait({ kind, initial, tags, answers, description, source }: Box): boolean {
  const isPlain = kind === 'atomic' && !initial && tags.length + answers.length === 0;
  return isPlain && description === undefined && source === undefined;
}

function isOneCall(begin: Line, answer: Line): boolean {
  const labels = [...begin.labels, ...answer.labels];
  const hasGuard = labels.some(({ guard }) => guard !== undefined);
  return labels.length === 2 && !hasGuard && outcomeOf(begin) === 'begin' && isOf(begin, answer);
}

const isOf = (begin: Line, answer: Line) => callOf(begin) === callOf(answer);

/** `dev.move(true)` and `begin` of `dev.move(true):begin`. */
const callOf = ({ labels }: Line) => labels[0]!.label.replace(/:[^:]*$/, '');
const outcomeOf = ({ labels }: Line) => /:([^:]*)$/.exec(labels[0]!.label)?.[1];
