import { describe, expect, it } from 'vitest';
import { RegionAnswers } from './spdk-answers.ts';

const served = { mapped: [true, true], writes: ['ok', 'ok'] };
const gone = { mapped: [false, false], writes: ['error', 'error'] };

describe('CMB and doorbells as RDMA regions', () => {
  it('one that can be revoked is dead after a revoke, until the target registers it again', () => {
    const answers = new RegionAnswers('revocable');
    expect(answers.registers).toBe('ok');
    expect(answers.serving).toEqual(served);
    expect(answers.whileOff).toEqual(gone);
    expect(answers.afterToggle).toEqual(gone);
    expect(answers.afterReset).toEqual(served);
  });

  it('one with page faults comes back by itself, with the next write', () => {
    const answers = new RegionAnswers('odp');
    expect(answers.registers).toBe('ok');
    expect(answers.serving).toEqual(served);
    expect(answers.whileOff).toEqual(gone);
    expect(answers.afterToggle).toEqual({ mapped: [false, false], writes: ['ok', 'ok'] });
    expect(answers.afterReset).toEqual({ mapped: [false, false], writes: ['ok', 'ok'] });
  });

  it('one that cannot be told to let go is refused', () => {
    expect(new RegionAnswers('pinned').registers).toBe('-EOPNOTSUPP');
  });
});
