// SPDX-License-Identifier: MIT
/*
 * Everything that a test left goes: first whoever has stopped or waits for an
 * importer, then what they used. Done by a thread of its own, because any of
 * it may hang.
 */
#include "agent.h"

int afresh(char **words)
{
	int ret = lab_command("release");

	(void)words;
	actors_wait(1, 5000);
	lab_command("release");
	iommufd_release();
	for (int i = 0; i < BUFFERS; i++)
		vfio_release(i);
	for (int i = 0; i < DEVICES; i++) {
		vfio_as_it_was(i);
		vfio_close(i);
	}
	return ret;
}
