import { describe, expect, it } from 'vitest';
import { patchesOf } from './mail.ts';

const diff = (to: string) => `diff --git a/lamp.c b/lamp.c
--- a/lamp.c
+++ b/lamp.c
@@ -1 +1 @@
-int off;
+int ${to};
`;

const mail = (subject: string, body: string, headers = '') =>
  `From: A <a@b.c>\nDate: Mon, 3 Nov 2025 10:00:00 +0200\nSubject: ${subject}\n${headers}\n${body}`;

const mbox = (...mails: string[]) =>
  mails.map((one) => `From a@b.c Mon Nov  3 10:00:00 2025\n${one}\n`).join('');

async function read(...texts: string[]) {
  const { patches, left } = await patchesOf(texts.map((text, i) => ({ name: `${i}.patch`, text })));
  return {
    patches: patches.map(({ title, files }) => [
      title,
      files.flatMap(({ hunks }) => hunks.flatMap(({ lines }) => lines.at(-1)!.slice(1))).join(),
    ]),
    left: left.map(({ title, why }) => `${title}: ${why}`),
  };
}

describe('a patch', () => {
  it('is a diff', async () => {
    expect(await read(diff('on'))).toEqual({ patches: [['0.patch', 'int on;']], left: [] });
  });

  it('is a mail, whose signature is no line of it', async () => {
    const text = mail('[PATCH] On', `Why.\n---\n lamp.c | 2 +-\n\n${diff('on')}-- \n2.47.3\n`);
    expect((await read(text)).patches).toEqual([['[PATCH] On', 'int on;']]);
  });

  it('is what git format-patch writes', async () => {
    const text = `From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n${mail('[PATCH] On', diff('on'))}`;
    expect((await read(text)).patches).toEqual([['[PATCH] On', 'int on;']]);
  });

  it('is quoted-printable', async () => {
    const body = diff('on; /* = */').replace(/=/g, '=3D').replace('int off', 'in=\nt off');
    const text = mail('[PATCH] On', body, 'Content-Transfer-Encoding: quoted-printable\n');
    expect((await read(text)).patches).toEqual([['[PATCH] On', 'int on; /* = */;']]);
  });

  it('is base64, with a subject that is encoded, and lines that end as in mail', async () => {
    const body = Buffer.from(diff('on').replace(/\n/g, '\r\n')).toString('base64');
    const text = mail(
      '=?UTF-8?Q?=5BPATCH=5D_On?=',
      body,
      'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n',
    );
    expect((await read(text)).patches).toEqual([['[PATCH] On', 'int on;']]);
  });

  it('is attached', async () => {
    const type = 'Content-Type: multipart/mixed; boundary="b"\nMIME-Version: 1.0\n';
    const part = (kind: string, text: string) =>
      `--b\nContent-Type: ${kind}\nContent-Disposition: attachment; filename="x.patch"\n\n${text}\n`;
    const text = mail(
      '[PATCH] On',
      `--b\nContent-Type: text/plain\n\nSee it.\n${part('text/x-patch', diff('on'))}--b--\n`,
      type,
    );
    expect((await read(text)).patches).toEqual([['[PATCH] On', 'int on;']]);
  });
});

describe('an mbox', () => {
  const quoted = diff('on').replace(/^/gm, '> ');

  it('is a series in its order, without cover letter and replies', async () => {
    const text = mbox(
      mail('[PATCH 0/2] A lamp', 'It shines.\n'),
      mail('[PATCH 2/2] Bright', diff('bright')),
      mail('Re: [PATCH 2/2] Bright', `${quoted}\nWhy?\n`),
      mail('[PATCH 1/2] On', diff('on')),
    );
    expect(await read(text)).toEqual({
      patches: [
        ['[PATCH 1/2] On', 'int on;'],
        ['[PATCH 2/2] Bright', 'int bright;'],
      ],
      left: ['[PATCH 0/2] A lamp: no diff in it', 'Re: [PATCH 2/2] Bright: a reply'],
    });
  });

  it('is the newest version', async () => {
    const text = mbox(mail('[PATCH v2 1/1] On', diff('on')), mail('[PATCH 1/1] On', diff('half')));
    expect(await read(text)).toEqual({
      patches: [['[PATCH v2 1/1] On', 'int on;']],
      left: ['[PATCH 1/1] On: an older version'],
    });
  });
});

describe('several series in one mbox', () => {
  const id = (own: string, parent?: string) =>
    `Message-ID: <${own}@b.c>\n${parent === undefined ? '' : `In-Reply-To: <${parent}@b.c>\n`}`;

  it('are all there, one after the other, whatever their versions', async () => {
    const text = mbox(
      mail('[PATCH v3 2/2] Bright', diff('bright'), id('a2', 'a0')),
      mail('[PATCH 1/2] A door', diff('open'), id('b1', 'b0')),
      mail('[PATCH v3 1/2] On', diff('on'), id('a1', 'a0')),
      mail('[PATCH 2/2] A key', diff('locked'), id('b2', 'b0')),
      mail('[PATCH] A window', diff('ajar'), id('c')),
    );
    const { patches, series, left } = await patchesOf([{ name: 'box', text }]);
    expect(patches.map(({ title }) => title)).toEqual([
      '[PATCH v3 1/2] On',
      '[PATCH v3 2/2] Bright',
      '[PATCH 1/2] A door',
      '[PATCH 2/2] A key',
      '[PATCH] A window',
    ]);
    expect(series.map((one) => one.length)).toEqual([2, 2, 1]);
    expect(left).toEqual([]);
  });

  it('are versions of one where they share a title, a cover letter or a thread', async () => {
    const text = mbox(
      mail('[PATCH 0/1] A lamp', 'It shines.\n', id('a0')),
      mail('[PATCH 1/1] Half', diff('half'), id('a1', 'a0')),
      mail('[PATCH v2 0/2] A lamp', 'It shines.\n', id('b0')),
      mail('[PATCH v2 1/2] On', diff('on'), id('b1', 'b0')),
      mail('[PATCH v2 2/2] Bright', diff('bright'), id('b2', 'b0')),
      mail('[PATCH v3] All of it', diff('shines'), id('c1', 'b0')),
    );
    const { patches, series, left } = await patchesOf([{ name: 'box', text }]);
    expect(patches.map(({ title }) => title)).toEqual(['[PATCH v3] All of it']);
    expect(series).toEqual([]);
    expect(left.filter(({ why }) => why === 'an older version')).toHaveLength(3);
  });
});

describe('a binary diff', () => {
  const binary = (path: string) =>
    `diff --git a/${path} b/${path}\nindex 1..2 100644\nGIT binary patch\nliteral 5\nMcmZQzWMT#Y01f~L\n\nliteral 0\nHcmV?d00001\n\n`;

  it.each([
    ['beside others', `${binary('logo.bin')}${diff('on')}`, ['logo.bin'], 1],
    ['alone', binary('logo.bin'), ['logo.bin'], 0],
    [
      'that only says so',
      'diff --git a/x.png b/y.png\nindex 1..2\nBinary files a/x.png and b/y.png differ\n',
      ['y.png'],
      0,
    ],
    ['of plain diff', `Binary files old/x.png and b/x.png differ\n${diff('on')}`, ['x.png'], 1],
    [
      'that goes',
      'diff --git a/x.png b/x.png\nBinary files a/x.png and /dev/null differ\n',
      ['x.png'],
      0,
    ],
    ['not there', diff('on'), [], 1],
  ])('is named, %s', async (_, text, binary, files) => {
    const { patches } = await patchesOf([{ name: 'x.patch', text }]);
    expect(patches.map((one) => one.binary)).toEqual([binary]);
    expect(patches[0]!.files).toHaveLength(files);
  });
});

describe('what changes no line', () => {
  const MODE = 'diff --git a/x.sh b/x.sh\nold mode 100644\nnew mode 100755\n';
  const what = 'its mode was 100644 and is 100755, which is no line of C';
  const gone = 'diff --git a/x.c b/x.c\ndeleted file mode 100644\nindex 3b18e51..0000000\n';

  it.each([
    ['a mode alone', MODE, [{ path: 'x.sh', what }], 0],
    ['a mode beside another file', `${MODE}${diff('on')}`, [{ path: 'x.sh', what }], 1],
    [
      'a mode, and lines',
      `${MODE}index 1..2\n--- a/x.sh\n+++ b/x.sh\n@@ -1 +1 @@\n-a\n+b\n`,
      [{ path: 'x.sh', what }],
      1,
    ],
    [
      'an empty file',
      'diff --git a/x.h b/x.h\nnew file mode 100644\nindex 0000000..e69de29\n',
      [{ path: 'x.h', what: 'it comes, and is empty' }],
      0,
    ],
    ['a file that goes, of which no line is shown, does', gone, [], 1],
    [
      'a copy',
      'diff --git a/x.c b/y.c\nsimilarity index 100%\ncopy from x.c\ncopy to y.c\n',
      [],
      1,
    ],
  ])('is said: %s', async (_, text, beside, files) => {
    const { patches } = await patchesOf([{ name: 'x.patch', text }]);
    expect(patches.map((one) => one.beside)).toEqual([beside]);
    expect(patches[0]!.files).toHaveLength(files);
  });
});

it('a series is also several files, of which one is a cover letter', async () => {
  const { patches, left } = await read(
    mail('[PATCH 0/2] A lamp', 'It shines.\n'),
    mail('[PATCH 1/2] On', diff('on')),
    mail('[PATCH 2/2] Bright', diff('bright')),
  );
  expect(patches.map(([title]) => title)).toEqual(['[PATCH 1/2] On', '[PATCH 2/2] Bright']);
  expect(left).toEqual(['[PATCH 0/2] A lamp: no diff in it']);
});

it('a reply with a diff of its own is one where it is all that is given', async () => {
  expect((await read(mail('Re: [PATCH] On', `Rather:\n\n${diff('on')}`))).patches).toHaveLength(1);
});

it('what has no patch is one sentence', async () => {
  await expect(read('Dear all,\n')).rejects.toThrow(/'0.patch' has no patch/);
  await expect(read('--- a/x\n+++ b/x\n@@ -1,9 +1 @@\nnonsense')).rejects.toThrow(/cannot be read/);
});
