import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { afterAll, describe, expect, it } from 'vitest';
import { EXIT } from 'xstate-check/command';
import { type PatchOptions, patchCommand } from 'xstate-check/kernel';
import { specification } from '../../specs/catalogue.ts';
import { cSpecification } from '../../specs/source/index.ts';
import { violationsOf } from '../cli.fixture.ts';

const FILE = 'drivers/vfio/pci/vfio_pci_dmabuf.c';

/** What frees a buffer, written for this test from the machine that stands for it. */
const RELEASE = `#include <linux/dma-buf.h>

#define FEW 2

struct vfio_pci_dma_buf {
	struct dma_buf *dmabuf;
};

static void vfio_pci_dma_buf_release(struct dma_buf *dmabuf)
{
	struct vfio_pci_dma_buf *mine = dmabuf->priv;

	if (mine->vdev) {
		down_write(&mine->vdev->memory_lock);
		list_del_init(&mine->dmabufs_elm);
		up_write(&mine->vdev->memory_lock);
		vfio_device_put_registration(&mine->vdev->vdev);
	}
	kfree(mine->phys_vec);
	kfree(mine);
}

static void nobody_stands_for(struct vfio_pci_dma_buf *mine)
{
	mine->dmabuf = NULL;
}
`;

/** The smallest system that has the function: what is checked here is what is said of it. */
const catalogue = {
  ...specification,
  families: specification.families.filter(({ name }) => name === 'export-probe'),
};

const made: string[] = [];
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true });
});

function directory(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'patch-'));
  made.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const tree = directory({ [FILE]: RELEASE });

async function asked(files: readonly string[], options: PatchOptions) {
  let out = '';
  const keep = (text: string) => {
    out += text;
  };
  const terminal = { out: keep, error: keep, progress() {}, colour: false };
  const paths = files.map((text, i) => join(directory({ [`${i}.patch`]: text }), `${i}.patch`));
  const status = await patchCommand(catalogue, cSpecification, paths, options, terminal);
  return { status, out };
}

function diff(from: string, to: string, file = FILE, before = RELEASE): string {
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  return createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after);
}

const patch = (from: string, to: string, options: PatchOptions = {}) =>
  asked([diff(from, to)], { tree, ...options });

const UNLOCKED = ['\t\tdown_write(&mine->vdev->memory_lock);\n', ''] as const;
const LOCK = '\t\tdown_write(&mine->vdev->memory_lock);';
const PAIR = `${LOCK}\n\t\tlist_del_init(&mine->dmabufs_elm);\n\t\tup_write(&mine->vdev->memory_lock);`;

describe('what a patch does', () => {
  it('breaks: each rule, and the run with the lines of the C after it', async () => {
    const { status, out } = await patch(...UNLOCKED);
    expect(status).toBe(EXIT.differs);
    expect(out).toMatch(/^ {2}breaks {3}locks-are-made \(holds before\)$/m);
    expect(out).toMatch(/^ {2}- dev\.memory_lock\.down_write {2}vfio_pci_dmabuf\.c:14$/m);
    expect(out).toMatch(/^vfio_pci_dmabuf\.c\n:\d+ +/m);
    expect(out).toMatch(/^=> breaks 1 rule, in export-probe$/m);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('changes steps and breaks nothing', async () => {
    const { status, out } = await patch(
      '\tif (mine->vdev) {\n',
      '\tif (mine->vdev) {\n\t\tdown_write(&mine->vdev->memory_lock);\n\t\tup_write(&mine->vdev->memory_lock);\n',
    );
    expect(status).toBe(EXIT.ok);
    expect(out).toContain('=> changes steps, and breaks none of the 12 rules that were decided');
    expect(out.replace(/\s+/g, ' ')).toContain(
      `No rule asks ${specification.limits!.unasked[0]!}; `,
    );
  });

  it('changes no step: a guard for a pair of locks, a helper, a comment, a prototype', async () => {
    for (const [from, to] of [
      [
        PAIR,
        '\t\tscoped_guard(rwsem_write, &mine->vdev->memory_lock)\n\t\t\tlist_del_init(&mine->dmabufs_elm);',
      ],
      [LOCK, `\t\t/* Why. */\n${LOCK}`],
      [
        'static void vfio_pci_dma_buf_release',
        'static void off(struct vfio_pci_dma_buf *mine)\n{\n\tlist_del_init(&mine->dmabufs_elm);\n}\n\nstatic void vfio_pci_dma_buf_release',
      ],
      [
        'static void vfio_pci_dma_buf_release',
        'static void elsewhere(struct dma_buf *dmabuf);\n\nstatic void vfio_pci_dma_buf_release',
      ],
    ] as const) {
      const { status, out } = await patch(from, to);
      expect({ to, status, last: out.trimEnd().split('\n').at(-1) }).toEqual({
        to,
        status: to.includes('off(') ? EXIT.unfinished : EXIT.ok,
        last: expect.stringMatching(to.includes('off(') ? /^=> cannot judge/ : /^=> changes no/),
      });
    }
  });
});

it('a step that is in a function that is called names it beside its line', async () => {
  const helper =
    'static void unlink_it(struct vfio_pci_dma_buf *mine)\n{\n\tlist_del_init(&mine->dmabufs_elm);\n}\n\n';
  const before = RELEASE.replace('static void vfio', `${helper}static void vfio`);
  const at = directory({ [FILE]: before });
  const calls = diff(LOCK, `\t\tunlink_it(mine);\n${LOCK}`, FILE, before);
  const { out } = await asked([calls], { tree: at });
  expect(out).toMatch(/^ {2}- dev\.memory_lock\.down_write {2}vfio_pci_dmabuf\.c:\d+$/m);
  expect(out).toMatch(/^ {2}\+ .* {2}vfio_pci_dmabuf\.c:11,? in unlink_it\(\)$/m);
});

describe('the run that is shown', () => {
  const TWICE = [LOCK, `${LOCK}\n${LOCK}`] as const;

  it('of a lock that is taken twice has both, and says who waits for whom', async () => {
    const { status, out } = await patch(...TWICE);
    expect(status).toBe(EXIT.differs);
    expect(out).toMatch(/^:14 +.*down_write\(&vdev0->memory_lock\)$/m);
    expect(out).toMatch(/^:15 +.*down_write\(&vdev0->memory_lock\)$\n.*<blocks>/m);
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /CPU\d waits for ever in down_write\(&vdev0->memory_lock\) for itself, which took it in down_write/,
    );
  });

  it('has the line of each step of the function that changes, and says how many are folded', async () => {
    const { out } = await patch(...UNLOCKED);
    const from = out.indexOf('Lines are those after the patch');
    const lines = out
      .slice(from)
      .split('\n')
      .filter((line) => /^:\d|^ {3,}\S/.test(line));
    const own = lines.findIndex((line) => /list_del_init/.test(line));
    expect(lines[own]).toMatch(/^:14 /);
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /The shortest run that breaks it, \d+ steps, \d+ of them folded;/,
    );
  });

  it('has a choice without a label as the C writes it, with its line', async () => {
    const { out } = await patch(LOCK, `\t\tif (mine->size > 4)\n\t${LOCK}`);
    expect(out).toContain('decided without a label: mine->size > 4, vfio_pci_dmabuf.c:14');
    expect(out).toMatch(/^:14 +.*!\(mine->size > 4\)$/m);
    expect(out).not.toMatch(/choice|is_false|is_true/);
  });
});

describe('what is not known of a function breaks no rule', () => {
  it('a lock that is taken by a function without a label', async () => {
    const { status, out } = await patch(LOCK, LOCK.replace('down_write', 'down_write_slowly'));
    expect(status).toBe(EXIT.unfinished);
    expect(out).toMatch(/^ {2}not decided: .*locks-are-made/m);
    expect(out).toMatch(/ in export-probe: what vfio_pci_dmabuf\.c:14 does is not\s+known/);
    expect(out).not.toMatch(/^ {2}breaks/m);
  });
});

describe('what cannot be judged is said, line by line', () => {
  it.each([
    [
      'a statement without a label',
      LOCK,
      `\t\taccount(mine);\n${LOCK}`,
      /account\(.*\) has no label/,
    ],
    [
      'a line of a function that no machine stands for',
      'mine->dmabuf = NULL;',
      'mine->dmabuf = mine;',
      /no machine that is read goes into nobody_stands_for\(\)/,
    ],
    ['a macro', '#define FEW 2', '#define FEW 3', /it stands outside of functions/],
    [
      'a member of a structure',
      '\tstruct dma_buf *dmabuf;\n',
      '\tstruct dma_buf *dmabuf;\n\tint count;\n',
      /it stands outside of functions/,
    ],
    [
      'a condition of the preprocessor',
      LOCK,
      `#ifdef CONFIG_PREEMPT_RT\n\t\tnothing();\n#endif\n${LOCK}`,
      /it is for the preprocessor/,
    ],
    ['a member that is written', LOCK, `\t\tmine->size = 0;\n${LOCK}`, /size = 0 has no label/],
    [
      'a condition that no label shows',
      '\tkfree(mine->phys_vec);',
      '\tif (mine->size)\n\t\tkfree(mine->phys_vec);',
      /size/,
    ],
    ['inline assembly', LOCK, `\t\tasm("nop");\n${LOCK}`, /not read/],
  ])('%s', async (_, from, to, why) => {
    const { status, out } = await patch(from, to);
    expect(status).toBe(EXIT.unfinished);
    expect(out.replace(/\s+/g, ' ')).toMatch(why);
    expect(out).toMatch(/^=> cannot judge all of it/m);
  });

  it('a file that is no C', async () => {
    const kconfig = diff(
      'default n',
      'default y',
      'drivers/vfio/pci/Kconfig',
      'config X\n\tdefault n\n',
    );
    const at = directory({
      [FILE]: RELEASE,
      'drivers/vfio/pci/Kconfig': 'config X\n\tdefault n\n',
    });
    const { status, out } = await asked([kconfig], { tree: at });
    expect(status).toBe(EXIT.unfinished);
    expect(out).toContain('it is no C that is read');
  });

  it('a file of which no function is specified, in one sentence', async () => {
    const file = 'drivers/net/lamp.c';
    const text = 'int lamp(int n)\n{\n\tprobe(n);\n\treturn 0;\n}\n';
    const at = directory({ [FILE]: RELEASE, [file]: text });
    const { status, out } = await asked([diff('probe(n);', 'probe(1);', file, text)], { tree: at });
    expect(status).toBe(EXIT.unfinished);
    expect(out.replace(/\s+/g, ' ')).toContain(
      'Not judged: the patch: it touches nothing that is specified: no function of drivers/net/lamp.c is read =>',
    );
    expect(out).not.toContain('probe');
  });

  it('a binary diff, alone and beside what changes no step', async () => {
    const binary =
      'diff --git a/fw.bin b/fw.bin\nindex 1..2\nBinary files a/fw.bin and b/fw.bin differ\n';
    for (const text of [binary, `${binary}${diff(LOCK, `\t\t/* Why. */\n${LOCK}`)}`]) {
      const { status, out } = await asked([text], { tree });
      expect(status).toBe(EXIT.unfinished);
      expect(out).toContain('  fw.bin: it is a binary diff, which is not read\n');
      expect(out).toContain('=> cannot judge all of it: fw.bin');
    }
  });

  it('nothing of a file whose mode changes, which is said', async () => {
    const mode = `diff --git a/${FILE} b/${FILE}\nold mode 100644\nnew mode 100755\n`;
    const { status, out } = await asked([mode], { tree });
    expect(status).toBe(EXIT.ok);
    expect(out.replace(/\s+/g, ' ')).toContain(
      `Without effect on what is read: ${FILE}: its mode was 100644 and is 100755, which is no line of C`,
    );
    expect(out).toContain('=> changes nothing: all files are the same before and after\n');
  });

  it('a file that goes without its lines', async () => {
    const gone = `diff --git a/${FILE} b/${FILE}\ndeleted file mode 100644\nindex 1..0\n`;
    const { status, out } = await asked([gone], { tree });
    expect(status).toBe(EXIT.unfinished);
    expect(out).toContain('it is not read');
  });

  it('an argument that the table does not look at, given further up', async () => {
    const { status, out } = await patch(
      '\tkfree(mine->phys_vec);',
      '\tmine = mine->other;\n\tkfree(mine->phys_vec);',
    );
    expect(status).not.toBe(EXIT.ok);
    expect(out).toMatch(/=> cannot judge|=> breaks/);
  });
});

describe('a function that has another name, or stands in another file, is followed', () => {
  it('renamed', async () => {
    const { status, out } = await patch('vfio_pci_dma_buf_release', 'vfio_pci_buffer_gone');
    expect(out).toContain('vfio_pci_dma_buf_release() is vfio_pci_buffer_gone() after it');
    expect({ status, out }).toMatchObject({ status: EXIT.ok });
  });

  it('renamed, and those that call it are not changed by that', async () => {
    const calls = (name: string) =>
      `${RELEASE.replaceAll('vfio_pci_dma_buf_release', name)}\nvoid other(struct dma_buf *dmabuf)\n{\n\t${name}(dmabuf,\n${' '.repeat(name.length)}1);\n}\n`;
    const [before, after] = [calls('vfio_pci_dma_buf_release'), calls('vfio_pci_buffer_gone')];
    const at = directory({ [FILE]: before });
    const renamed = (text: string) => createTwoFilesPatch(`a/${FILE}`, `b/${FILE}`, before, text);
    const { status, out } = await asked([renamed(after)], { tree: at });
    expect({ status, out }).toMatchObject({ status: EXIT.ok });
    const more = await asked([renamed(after.replace('1);', '2);'))], { tree: at });
    expect(more.status).toBe(EXIT.unfinished);
    expect(more.out).toContain('no machine that is read goes into other()');
  });

  it('moved, and broken on the way', async () => {
    const [head, body] = [
      RELEASE.slice(0, RELEASE.indexOf('static void')),
      RELEASE.slice(RELEASE.indexOf('static void')),
    ];
    const moved = (text: string) =>
      createTwoFilesPatch(`a/${FILE}`, `b/${FILE}`, RELEASE, head) +
      createTwoFilesPatch('/dev/null', 'b/drivers/vfio/pci/buffer.c', '', text);
    const same = await asked([moved(body)], { tree });
    expect(same.out).toContain('Read, and the same steps: vfio_pci_dma_buf_release()');
    const broken = await asked([moved(body.replace(...UNLOCKED))], { tree });
    expect(broken.status).toBe(EXIT.differs);
    expect(broken.out).toContain('buffer.c:6');
  });
});

describe('a patch that cannot be used is one sentence', () => {
  it('that names the function of a hunk that does not apply', async () => {
    const other = RELEASE.replace(/down_write/g, 'down_read');
    const wrong = createTwoFilesPatch(
      `a/${FILE}`,
      `b/${FILE}`,
      other,
      other.replace('down_read', 'x'),
    );
    await expect(asked([wrong], { tree })).rejects.toThrow(
      /does not apply to drivers.*, in vfio_pci_dma_buf_release\(\), finds other text; name the tree that it was made for/,
    );
  });

  it('that names the file that the tree has not', async () => {
    const other = diff('FEW', 'MANY', 'drivers/vfio/pci/elsewhere.c');
    await expect(asked([other], { tree })).rejects.toThrow(
      /has no file drivers\/vfio\/pci\/elsewhere.c/,
    );
  });

  it('that asks for a mail and for data at once', async () => {
    await expect(patch('FEW 2', 'FEW 3', { reply: true, json: true })).rejects.toThrow(
      /^--reply is a text for people and --json is for programs: leave one out$/,
    );
  });

  it('without a patch, without a tree, with two', async () => {
    await expect(asked(['Dear all,\n'], { tree })).rejects.toThrow(/has no patch/);
    await expect(asked([diff('FEW', 'MANY')], {})).rejects.toThrow(/--tree or with --git/);
    await expect(asked([diff('FEW', 'MANY')], { tree, rev: 'HEAD' })).rejects.toThrow(/--git/);
    await expect(asked([], { tree })).rejects.toThrow(/name a patch/);
    await expect(asked([], { base: tree })).rejects.toThrow(/one tree each/);
    await expect(asked([], { base: tree, changed: tree })).rejects.toThrow(/do not differ/);
  });
});

describe('a series', () => {
  const broken = RELEASE.replace(...UNLOCKED);
  const first = diff(...UNLOCKED);
  const second = createTwoFilesPatch(`a/${FILE}`, `b/${FILE}`, broken, RELEASE);

  it('is judged patch by patch, and as a whole', async () => {
    const { status, out } = await asked([first, second], { tree });
    expect(status).toBe(EXIT.differs);
    expect(out).toMatch(/^ {2}mended {3}locks-are-made$/m);
    expect(out).toMatch(
      /The 2 patches as a whole\n[\s\S]*=> changes nothing: all files are the same/,
    );
  });

  it('is data, as the schema has it', async () => {
    const { out } = await asked([first, second], { tree, json: true });
    expect(violationsOf('patch', out)).toEqual([]);
    const { patches, whole } = JSON.parse(out);
    expect(patches.map(({ answers }: { answers: string[] }) => answers)).toEqual([
      ['breaks'],
      ['changes steps'],
    ]);
    expect(whole.answers).toEqual(['changes no step']);
  });
});

it('two series in one mbox are both judged, and that is said', async () => {
  const one = (subject: string, from: string, to: string) =>
    `From a@b.c Mon Nov  3 10:00:00 2025\nFrom: A <a@b.c>\nSubject: ${subject}\n\n---\n${diff(from, to)}-- \n2.40\n\n`;
  const box = one('[PATCH v2] Fewer', 'FEW 2', 'FEW 1') + one('[PATCH] Unlocked', ...UNLOCKED);
  const { status, out } = await asked([box], { tree });
  expect(out).toContain(
    "2 series, judged one after the other, each on top of those before it:\n'[PATCH v2] Fewer', '[PATCH] Unlocked'.",
  );
  expect(status).toBe(EXIT.differs);
  expect(out).not.toContain('Left out');
});

describe('where the C comes from', () => {
  it('two trees', async () => {
    const changed = directory({ [FILE]: RELEASE.replace(...UNLOCKED) });
    const { status, out } = await asked([], { base: tree, changed });
    expect({ status, out }).toMatchObject({ status: EXIT.differs });
  });

  it('a repository, at the base-commit that the patch names', async () => {
    const repository = directory({ [FILE]: RELEASE });
    const git = (...args: string[]) =>
      execFileSync(
        'git',
        ['-C', repository, '-c', 'user.name=A', '-c', 'user.email=a@b.c', ...args],
        { encoding: 'utf8' },
      );
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'First');
    const base = git('rev-parse', 'HEAD').trim();
    writeFileSync(join(repository, FILE), 'int nothing;\n');
    git('commit', '-qam', 'Second');
    const mail = `From: A <a@b.c>\nSubject: [PATCH] Something\n\n---\n${diff('FEW 2', 'FEW 3')}\nbase-commit: ${base}\n-- \n2.40\n`;
    const { status, out } = await asked([mail], { git: repository });
    expect(out).toContain('[PATCH] Something');
    expect(status).toBe(EXIT.unfinished);
  });
});

it('--reply is a mail of 75 columns: what was asked, on what, the run, and what was not', async () => {
  const { out } = await patch(...UNLOCKED, { reply: true });
  expect(out.split('\n').filter((line) => line.length > 75)).toEqual([]);
  expect(out).toMatch(/^It breaks 1 rule, in export-probe\.$/m);
  expect(out).toMatch(/^What was asked:$/m);
  expect(out).toMatch(/^What was not asked:/m);
});
