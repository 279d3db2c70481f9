/*
 * What this machine can do, beside which the explorer is judged: how fast memory is read in order,
 * how long one read at random takes when it must wait for the one before, and when it need not.
 *
 *   limits MEGABYTES
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static uint32_t rnd(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

int main(int argc, char **argv)
{
	size_t n = (argc > 1 ? strtoul(argv[1], NULL, 10) : 256) * 1048576 / 4;
	uint32_t *a = malloc(n * sizeof(*a));
	uint64_t seed = 1, sum = 0;
	const size_t steps = 1 << 23;
	double start, in_order, waiting, apart;
	uint32_t at = 0;

	if (!a)
		return 1;
	/* One cycle through all of it (Sattolo), so that a chain of reads does not close early. */
	for (size_t i = 0; i < n; i++)
		a[i] = i;
	for (size_t i = n - 1; i > 0; i--) {
		size_t j = rnd(&seed) % i;
		uint32_t other = a[i];

		a[i] = a[j];
		a[j] = other;
	}
	start = now();
	for (size_t i = 0; i < n; i++)
		sum += a[i];
	in_order = n * sizeof(*a) / (now() - start) / 1e9;
	start = now();
	for (size_t i = 0; i < steps; i++)
		at = a[at];
	waiting = (now() - start) / steps * 1e9;
	start = now();
	for (size_t i = 0; i < steps; i++)
		sum += a[rnd(&seed) % n];
	apart = (now() - start) / steps * 1e9;
	printf("{\"megabytes\":%zu,\"inOrderGBs\":%.1f,\"waitingNs\":%.1f,\"apartNs\":%.1f,\"sum\":%llu}\n",
	       n * 4 / 1048576, in_order, waiting, apart, (unsigned long long)(sum + at) % 10);
	return 0;
}
