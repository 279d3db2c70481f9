// SPDX-License-Identifier: MIT
#define INCLUDE_VERMAGIC
/*
 * What modpost would write, so that no build tool of the kernel has to run:
 * what a module is called, needs, and exports.
 */
#include <linux/module.h>
#include <linux/export-internal.h>
#include <linux/vermagic.h>

#ifndef DEPENDS
#define DEPENDS ""
#endif

MODULE_INFO(vermagic, VERMAGIC_STRING);
MODULE_INFO(name, KBUILD_MODNAME);
MODULE_INFO(depends, DEPENDS);
#ifdef CONFIG_MITIGATION_RETPOLINE
MODULE_INFO(retpoline, "Y");
#endif

__visible struct module __this_module __section(".gnu.linkonce.this_module") = {
	.name = KBUILD_MODNAME,
	.init = init_module,
	.exit = cleanup_module,
	.arch = MODULE_ARCH_INIT,
};

#ifdef EXPORTS
#ifdef SYMBOL_FLAGS
#define GPL_ONLY(name) SYMBOL_FLAGS(name, 0x01);
#else
#define GPL_ONLY(name)
#endif
#define EXPORTED(name) KSYMTAB_FUNC(name, ""); GPL_ONLY(name)
#include EXPORTS
#endif
