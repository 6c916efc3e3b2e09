/** More than the largest sensible invite: 2 KiB of extended data and a push, every character escaped. */
export const bodyLimitBytes = 64 * 1024;
