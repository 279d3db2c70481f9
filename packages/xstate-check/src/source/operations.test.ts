import { describe, expect, it } from 'vitest';
import { kernelDialect } from '../linux/c-dialect.ts';
import { keyOf, type OperationTable, operationsOf } from './operations.ts';
import { CReader } from './parse.ts';

const reader = await CReader.load(kernelDialect);

const LAMP = `
static long lamp_ioctl(struct file *file, unsigned int cmd)
{
  if (cmd == LAMP_OPEN)
    return lamp_open(file);
  switch (cmd) {
  case LAMP_SHINE:
  case LAMP_GLOW:
    switch (file->colour) {
    case RED:
      return lamp_red(file);
    }
    return 0;
  case LAMP_DIM ... LAMP_DARK:
    return lamp_dim(file);
  default:
    return -ENOTTY;
  }
}

static const struct file_operations lamp_fops = {
  .owner = THIS_MODULE,
  .read = lamp_read,
#ifdef CONFIG_PREEMPT_RT
  .poll = lamp_poll,
#endif
  .unlocked_ioctl = lamp_ioctl,
};

static const struct lamp_op lamp_ops[] = {
  LAMP_OP(LAMP_DUST, lamp_dust, struct dust, by),
};

static struct attribute *lamp_attrs[] = {
  &dev_attr_colour.attr,
  NULL,
};

static const struct attribute_group lamp_group = { .attrs = lamp_attrs };

static const struct attribute_group *lamp_groups[] = {
  &lamp_group,
  &bulb_group,
  NULL,
};

static const struct dev_pm_ops lamp_pm_ops = { SET_RUNTIME_PM_OPS(lamp_rest, lamp_wake, NULL) };

static void lamp_init(struct lamp *lamp)
{
  lamp->writefn = lamp_write;
  lamps[LAMP_OLD].writefn = lamp_raw_write;
}

void lamp_break(struct lamp *lamp) { }
EXPORT_SYMBOL_GPL(lamp_break);
EXPORT_SYMBOL_NS_GPL(bulb_break, "LAMP");
`;

const file = 'lamp.c';
const table: OperationTable = {
  objects: [
    {
      name: 'lamp fd',
      holder: 'anybody',
      lists: [
        { file, table: 'lamp_fops' },
        { file, table: 'lamp_ops' },
        { file, cases: 'lamp_ioctl' },
        { file, assigned: 'writefn' },
        { file, exported: ['lamp_'] },
        { file, functions: ['lamp_init', 'lamp_melt'], heading: 'by itself' },
      ],
    },
    {
      name: 'files of a lamp',
      holder: 'root',
      lists: [
        { file, table: 'lamp_attrs' },
        { file, table: 'lamp_group' },
        { file, table: 'lamp_groups' },
        { file, table: 'lamp_pm_ops' },
      ],
    },
  ],
  types: ['file_operations', 'attribute', 'attribute_group', 'dev_pm_ops'],
  noOperation: ['owner'],
  dispatches: ['unlocked_ioctl'],
  others: {},
  older: [[/\bLAMP_SHIMMER\b/, 'LAMP_GLOW']],
  said: { 'lamp_fops: read': { is: 'limit', reason: 'nobody reads a lamp' } },
};

function judged(text = LAMP, of = table) {
  const tree = { name: 'a tree', read: (path: string) => (path === file ? text : undefined) };
  const unit = reader.read(file, text);
  return operationsOf(of, tree, (path) => (path === file ? unit : undefined));
}

const keys = (text?: string, of?: OperationTable) => judged(text, of).operations.map(keyOf);

describe('operations', () => {
  it('are members of tables, elements of arrays, cases, what is assigned and what is exported', () => {
    expect(keys()).toEqual([
      'lamp_fops: read',
      'lamp_ops: LAMP_DUST',
      'lamp_ioctl: LAMP_OPEN',
      'lamp_ioctl: LAMP_SHINE',
      'lamp_ioctl: LAMP_GLOW',
      'lamp_ioctl: LAMP_SHINE RED',
      'lamp_ioctl: LAMP_GLOW RED',
      'lamp_ioctl: LAMP_DIM ... LAMP_DARK',
      '.writefn: lamp_write',
      '.writefn: lamp_raw_write [LAMP_OLD]',
      'exported by lamp.c: lamp_break',
      'by itself: lamp_init',
      'lamp_attrs: colour',
      'lamp_groups: bulb_group',
      'lamp_pm_ops: lamp_rest',
      'lamp_pm_ops: lamp_wake',
    ]);
  });

  it('have the line of their entry, and what is said of them', () => {
    const [read] = judged().operations;
    expect(read).toEqual({
      ...{ object: 'lamp fd', list: 'lamp_fops', name: 'read', does: 'lamp_read' },
      place: { file, line: 23 },
      said: { is: 'limit', reason: 'nobody reads a lamp' },
    });
  });

  it('of older trees have the name that they have now', () => {
    expect(keys(LAMP.replace('LAMP_GLOW', 'LAMP_SHIMMER'))).toEqual(keys());
  });
});

describe('what is passed over is told', () => {
  it('a table that no object has', () => {
    const more = `${LAMP}\nstatic const struct file_operations bulb_fops = { .read = f };\n`;
    expect(judged(more).unlisted).toEqual([
      {
        text: 'a struct file_operations that no object has: bulb_fops',
        place: { file, line: LAMP.split('\n').length + 1 },
      },
    ]);
  });

  it('a function behind an ioctl whose cases nobody lists', () => {
    const [fd, files] = table.objects;
    const lists = fd!.lists.filter((list) => !('cases' in list));
    const { unlisted } = judged(LAMP, { ...table, objects: [{ ...fd!, lists }, files!] });
    expect(unlisted.map(({ text }) => text)).toEqual(['the cases of lamp_ioctl() are in no list']);
  });

  it('a list that is not there, one that is not read, and what is said of nothing', () => {
    const broken = LAMP.replace('return lamp_dim(file);', 'asm("nop");').replaceAll(
      'lamp_fops',
      'lamp_file_ops',
    );
    expect(judged(broken).absent).toEqual([
      'lamp_fops of lamp.c',
      'lamp_ioctl of lamp.c',
      'lamp_melt() of lamp.c',
      'lamp_fops: read',
    ]);
    expect(judged().absent).toEqual(['lamp_melt() of lamp.c']);
  });
});
