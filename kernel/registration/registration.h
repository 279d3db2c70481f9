/* SPDX-License-Identifier: MIT */
#ifndef REGISTRATION_H
#define REGISTRATION_H

/* failing.c: functions of the kernel that fail, or behind which their caller stops */
int failing_arm(const char *symbol, int at);
int stopping_arm(const char *symbol);
int stopping_go(void);
void failing_disarm(void);

#endif
