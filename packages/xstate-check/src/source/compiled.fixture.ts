import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What surrounds the function when it is compiled: a lamp with two bulbs on a list, steps that print
 * their label and take the next choice, and a main() that goes through all choices in turn.
 */
const AROUND = `
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#define EIO 5
#define EBUSY 16
#define ENODEV 19

static int choices[64], made, taken;
static char run[4096];
static int choose(void) { if (taken == made) choices[made++] = 0; return choices[taken++]; }
static void say(const char *label) { strcat(run, label); strcat(run, " "); }

struct node { struct node *next, *prev; };
struct mutex { int held; };
struct bulb { const char *name; struct node node; };
struct lamp { struct mutex lock; struct node bulbs; int lit_, count; };
static struct lamp the_lamp;
static struct bulb bulbs[2] = { { .name = "bulb[0]" }, { .name = "bulb[1]" } };

#define entry_of(ptr, type, member) ((type *)((char *)(ptr) - __builtin_offsetof(type, member)))
#define list_first_entry(head, type, member) entry_of((head)->next, type, member)
#define list_last_entry(head, type, member) entry_of((head)->prev, type, member)
#define list_next_entry(pos, member) entry_of((pos)->member.next, typeof(*(pos)), member)
#define list_prev_entry(pos, member) entry_of((pos)->member.prev, typeof(*(pos)), member)
#define list_entry_is_head(pos, head, member) (&(pos)->member == (head))
#define list_for_each_entry(pos, head, member) \\
  for (pos = list_first_entry(head, typeof(*pos), member); !list_entry_is_head(pos, head, member); pos = list_next_entry(pos, member))
#define list_for_each_entry_reverse(pos, head, member) \\
  for (pos = list_last_entry(head, typeof(*pos), member); !list_entry_is_head(pos, head, member); pos = list_prev_entry(pos, member))
#define list_for_each_entry_from_reverse(pos, head, member) \\
  for (; !list_entry_is_head(pos, head, member); pos = list_prev_entry(pos, member))
#define list_for_each_entry_continue_reverse(pos, head, member) \\
  for (pos = list_prev_entry(pos, member); !list_entry_is_head(pos, head, member); pos = list_prev_entry(pos, member))

static void mutex_lock(struct mutex *m) { say("lock"); }
static void mutex_unlock(struct mutex *m) { say("unlock"); }
static void leave_mutex(struct mutex **m) { if (*m) mutex_unlock(*m); }
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define guard(kind) struct mutex *JOIN(held_, __LINE__) __attribute__((cleanup(leave_mutex))) = enter_##kind
static struct mutex *enter_mutex(struct mutex *m) { mutex_lock(m); return m; }
#define scoped_guard(kind, m) \\
  for (struct mutex *held_ __attribute__((cleanup(leave_mutex))) = enter_##kind(m), *once_ = held_; once_; once_ = NULL)

static struct mutex *try_mutex(struct mutex *m) { int c = choose(); say(c ? "trylock:1" : "trylock:0"); return c ? m : NULL; }
#define scoped_cond_guard(kind, fail, m) \\
  for (struct mutex *held_ __attribute__((cleanup(leave_mutex))) = try_mutex(m), *once_ = (void *)1; once_; once_ = NULL) \\
    if (!held_) fail; else

static int lamp_on(struct lamp *l) { int c = choose(); say(c ? "on:-EIO" : "on:ok"); return c ? -EIO : 0; }
static void lamp_off(struct lamp *l) { say("off"); }
static void of(struct bulb *b, const char *step) { strcat(run, b->name); say(step); }
static int bulb_take(struct bulb *b) { int c = choose(); of(b, c ? ".take:1" : ".take:0"); return c; }
static void bulb_put(struct bulb *b) { of(b, ".put"); }
static int is_hot(void) { int c = choose(); say(c ? "hot:true" : "hot:false"); return c; }
`;

/** Reads and writes of members are no calls in C; they are made ones. */
function withSteps(text: string): string {
  return text
    .replace(/lamp->hot\b/g, 'is_hot()')
    .replace(/lamp->lit = true/g, 'say("lit.set")')
    .replace(/lamp->lit = false/g, 'say("lit.clear")');
}

/** Goes through all choices of one function, and prints a line a run. */
const MAIN = `
static int runs_of(int (*f)(struct lamp *, int))
{
  made = 0;
  for (int runs = 0; runs <= MOST; runs++) {
    struct node *const head = &the_lamp.bulbs;
    head->next = &bulbs[0].node; bulbs[0].node.prev = head;
    bulbs[0].node.next = &bulbs[1].node; bulbs[1].node.prev = &bulbs[0].node;
    bulbs[1].node.next = head; head->prev = &bulbs[1].node;
    run[0] = 0; taken = 0;
    int n = choose();
    int ret = f(&the_lamp, n);
    printf("%d %s%s\\n", n, run, ret == 0 ? "f:ok" : ret == -EIO ? "f:-EIO" : ret == -EBUSY ? "f:-EBUSY" : "f:-ENODEV");
    int last = taken - 1;
    while (last >= 0 && choices[last] == 1) last--;
    if (last < 0) return 0;
    choices[last] = 1;
    made = last + 1;
  }
  return 1;
}
`;

/**
 * The runs of each `int f(struct lamp *lamp, int n)` as the compiler understands it; undefined where
 * there are more than `most`.
 */
export function compiledRuns(texts: readonly string[], most: number): (string[] | undefined)[] {
  const directory = mkdtempSync(join(tmpdir(), 'compiled-'));
  try {
    const functions = texts.map((text, i) =>
      withSteps(text).replace('int f(', `static int f${i}(`),
    );
    const calls = texts.map((_, i) => `if (runs_of(f${i})) puts("more"); puts("end");`);
    const whole = [AROUND, MAIN, ...functions, 'int main(void) {', ...calls, 'return 0; }'];
    const source = join(directory, 'f.c');
    writeFileSync(source, whole.join('\n'));
    const program = join(directory, 'f');
    execFileSync('gcc', ['-O0', '-w', `-DMOST=${most}`, '-o', program, source], { stdio: 'pipe' });
    const printed = execFileSync(program, { encoding: 'utf8', maxBuffer: 2 ** 28 });
    const runs = printed.split('end\n').slice(0, -1);
    return runs.map((of) => (of.includes('more') ? undefined : of.trim().split('\n').sort()));
  } finally {
    rmSync(directory, { recursive: true });
  }
}
