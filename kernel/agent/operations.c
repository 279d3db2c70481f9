// SPDX-License-Identifier: MIT
/* Steps by name; the last column is how many words follow the name. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"

static int attach(char **w)
{
	return lab_command("attach %s %d %s %s", w[1],
			   vfio_buffer_fd(atoi(w[2])), w[3], w[4]);
}

static int open_device(char **w)
{
	return vfio_open(atoi(w[1]));
}

static int close_device(char **w)
{
	return vfio_close(atoi(w[1]));
}

static int release(char **w)
{
	return vfio_release(atoi(w[1]));
}

static int reset(char **w)
{
	return vfio_reset(atoi(w[1]));
}

static int function_reset(char **w)
{
	return vfio_function_reset(atoi(w[1]));
}

static int unbind(char **w)
{
	return vfio_unbind(atoi(w[1]));
}

static int sysfs_reset(char **w)
{
	return vfio_sysfs_reset(atoi(w[1]));
}

static int close_fd(char **w)
{
	return vfio_close_fd(atoi(w[1]));
}

static int fence(char **w)
{
	return lab_command("fence %s %s", w[1], w[2]);
}

static int submit(char **w)
{
	return lab_command("submit %s %s", w[1], w[2]);
}

static int runtime_suspend(char **w)
{
	return lab_command("suspend %s", w[1]);
}

static int runtime_resume(char **w)
{
	return lab_command("resume %s", w[1]);
}

static int sriov(char **w)
{
	return vfio_sriov(atoi(w[1]), atoi(w[2]));
}

static int reset_method(char **w)
{
	return vfio_reset_method(atoi(w[1]), w[2]);
}

static int read_config(char **w)
{
	return vfio_read_config(atoi(w[1]));
}

static int signal_fence(char **w)
{
	return lab_command("signal %s", w[1]);
}

static int map(char **w)
{
	return lab_command("map %s", w[1]);
}

static int unmap(char **w)
{
	return lab_command("unmap %s", w[1]);
}

static int detach(char **w)
{
	return lab_command("detach %s", w[1]);
}

static int export(char **w)
{
	return vfio_export(atoi(w[1]), atoi(w[2]), atoi(w[3]), atoi(w[4]));
}

static int write_command(char **w)
{
	return vfio_write_command(atoi(w[1]), atoi(w[2]));
}

static int write_pmcsr(char **w)
{
	return vfio_write_pmcsr(atoi(w[1]), atoi(w[2]));
}

static int low_power(char **w)
{
	return vfio_low_power(atoi(w[1]), w[2]);
}

static int hot_reset(char **w)
{
	return vfio_hot_reset(atoi(w[1]), atoi(w[2]));
}

static int map_file(char **w)
{
	return iommufd_map_file(atoi(w[1]) % ATTACHMENTS,
				vfio_buffer_fd(atoi(w[2])));
}

static int ioas_unmap(char **w)
{
	return iommufd_unmap(atoi(w[1]) % ATTACHMENTS);
}

static const struct {
	const char *name;
	int (*run)(char **words);
	int arguments;
} operations[] = {
	{ "open", open_device, 1 },
	{ "close", close_device, 1 },
	{ "export", export, 4 },
	{ "release", release, 1 },
	{ "write_command", write_command, 2 },
	{ "write_pmcsr", write_pmcsr, 2 },
	{ "low_power", low_power, 2 },
	{ "device_reset", reset, 1 },
	{ "hot_reset", hot_reset, 2 },
	{ "flr", function_reset, 1 },
	{ "unbind", unbind, 1 },
	{ "sysfs_reset", sysfs_reset, 1 },
	{ "close_fd", close_fd, 1 },
	{ "fence", fence, 2 },
	{ "submit", submit, 2 },
	{ "signal", signal_fence, 1 },
	{ "sriov", sriov, 2 },
	{ "reset_method", reset_method, 2 },
	{ "read_config", read_config, 1 },
	{ "runtime_suspend", runtime_suspend, 1 },
	{ "runtime_resume", runtime_resume, 1 },
	{ "attach", attach, 4 },
	{ "map", map, 1 },
	{ "unmap", unmap, 1 },
	{ "detach", detach, 1 },
	{ "map_file", map_file, 2 },
	{ "ioas_unmap", ioas_unmap, 1 },
	{ "afresh", afresh, 0 },
};

int operate(char **word, int words)
{
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
		if (!words || strcmp(operations[i].name, word[0]))
			continue;
		if (words != operations[i].arguments + 1)
			return -E2BIG;
		return operations[i].run(word);
	}
	return -ENOSYS;
}
