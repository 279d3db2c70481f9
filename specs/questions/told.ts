import { monitor, type System } from 'xstate-check';
import { answer } from 'xstate-check/kernel';
import { VIVEK } from '../revisions/sources.ts';
import { returnsOf } from '../shared/rules.ts';
import { doers, type Instance, labelsOf, stepOf, type Template } from './template.ts';

/** Whoever lost something is told when it is back. */
export const toldWhenBack: Template = {
  id: 'told-when-back',
  title: 'a call that gives access to a buffer back calls its importers after that',
  source: `${VIVEK}: after a reset importers are told again when access is back`,
  instances(system) {
    const threads = [...new Set(system.parts.flatMap(({ thread }) => thread ?? []))];
    return threads.flatMap((thread) => instancesOf(system, thread));
  },
};

function instancesOf(system: System, thread: string): Instance[] {
  const labels = labelsOf(doers(system).filter((part) => part.thread === thread));
  const back = labels.filter((label) => stepOf(label) === 'revoked.clear');
  const buffers = [...new Set(back.map((label) => label.replace(/\.revoked.*$/, '')))];
  const returns = labels.filter(returnsOf(system.calls));
  return buffers.flatMap((buf) => {
    const of = (step: string) => labels.filter((one) => one.startsWith(`${buf}.${step}`));
    // Who makes a buffer gives nothing back.
    if (of('list_add').length > 0 || of('invalidate_mappings:begin').length === 0) return [];
    const id = `told-when-back(${buf})@${thread}`;
    return [
      {
        monitors: [
          monitor(id, answer, {
            begin: of('revoked.clear'),
            done: of('invalidate_mappings:begin'),
            ok: returns,
            other: [],
          }),
        ],
        property: {
          id,
          kind: 'monitor',
          title: `${thread} calls the importers of ${buf} when access is back`,
          parts: [id],
          source: toldWhenBack.source,
          consequence: 'an importer that waits to be told never maps again',
        },
      },
    ];
  });
}
