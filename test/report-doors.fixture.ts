import type { Catalogue } from 'xstate-check';
import { doors } from './cli-doors.fixture.ts';

/** The doors with what a report has beyond what is checked: machines, tests, limits. */
export const reportedDoors: Catalogue = {
  ...doors,
  machines: [
    {
      name: 'hinge',
      kind: 'resource',
      machine: doors.families[0]!.build({ scope: { hinges: 1 }, revision: 'v1' }).parts[0]!.machine,
    },
  ],
  suites: [
    {
      name: 'window',
      system: doors.families[1]!.build({ scope: { panes: 1 }, revision: '2.0' }),
      parts: ['pane[0]'],
      whole: true,
      targetScope: { devices: 0, buffers: [], attachments: [], grain: 'contract' },
      performed: () => true,
    },
  ],
  limits: {
    assumptions: ['hinges do not rust'],
    outOfScope: ['the door of the neighbour'],
    unasked: ['who knocks'],
    notModelled: [
      { id: 'D9', title: 'a keyhole is not drawn', reason: 'nobody has a key', source: 'tiny' },
    ],
    leftOut: [
      { machine: 'window', function: 'open()', what: 'the draught', why: 'nobody feels it' },
    ],
  },
};
