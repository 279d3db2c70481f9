import { again, nothing, paragraph, type Row, says } from './mail.ts';

/** How the hot reset of the sixth version was mended. */
export const hotResetFixup: readonly Row[] = [
  nothing('747a91fdd7d2', 'who wrote what follows'),
  nothing('b8a4eb961d95', 'who wrote what follows'),
  nothing('3f6c7b02441d', 'who wrote what follows'),
  paragraph(
    'd780e44d6397',
    'Alex Williamson',
    says(
      'a loop of its own that gives access back breaks the walk that unlocks',
      '`P4`: `write-returns`, `lock-balance`',
    ),
    says('neither it nor the flag is needed', '`hot_reset` of v7 and later has neither'),
  ),
  nothing('53904028c793', 'asks for what comes next'),
  paragraph(
    '648a2ae388c3',
    'Alex Williamson',
    says('the mended hot reset goes in with the series', 'revision `v7` has it'),
  ),
  again('bb47b8ff5f62'),
  nothing('db74c940d447', 'signature'),
  nothing('27f79a42efbb', 'head of a diff'),
  paragraph(
    '8bf886cb4fa5',
    'diff',
    says('no flag says whether anything was revoked', '`hot_reset` of revision `v7` has none'),
  ),
  nothing('597923ef0a38', 'context of a diff'),
  paragraph(
    '50a4ece99af5',
    'diff',
    says(
      'of each device buffers are revoked and BARs zapped, one after the other',
      '`cut-together`, `reset-means-revoked`',
    ),
  ),
  nothing('814fa24baafe', 'context of a diff'),
  paragraph(
    'ad65922419f4',
    'diff',
    says(
      'no loop gives access back on devices whose memory_lock was not taken',
      '`P5`: `move-needs-memory-lock`, `unrevoke-needs-enabled`',
    ),
  ),
  paragraph(
    'b7b773b7608b',
    'diff',
    says(
      'access to a device comes back where its memory is on, before its memory_lock is released, in the reverse order',
      '`restored-in-section`, `unrevoke-needs-enabled`, `lock-balance`',
    ),
    says('a device that is not open is asked as well', '`P6`: `no-misuse`, mended later'),
  ),
  paragraph(
    '47c266b8f43d',
    'diff',
    says(
      'what kept the devices awake is put when all are unlocked',
      '`references-put`; a reset that forgets it: `reset-keeps-awake`',
    ),
  ),
  again('db74c940d447'),
];
