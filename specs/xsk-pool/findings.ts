import type { Finding } from 'xstate-check';

export const findings: readonly Finding[] = [];
