import { contract, type System } from 'xstate-check';
import { typedAttachment } from '../../machines/mapping-types/typed-attachment.contract.ts';
import { contractCalls } from './calls.ts';

/** A typed attachment and its exporter, as both see it from outside. */
export const contractOfTypes: System = {
  name: 'typed-attachment-contract',
  revision: 'types-rfc',
  scope: {},
  parts: [
    contract('att[0]', typedAttachment(), {
      roles: ['typed_attachment'],
      also: {
        revoke: ['buf[0].revoke'],
        drained: ['buf[0].drained'],
        unrevoke: ['buf[0].unrevoke'],
      },
    }),
  ],
  calls: contractCalls,
  environment: ['importer', 'exporter'],
  properties: [],
};
