#ifndef TLD_BASE_DATA_DIR_H
#define TLD_BASE_DATA_DIR_H

/*
 * Where forms and views are: TLD_DATA when set; else the source tree that the program was built in (it lies
 * in build/<mode>/ there); else PREFIX/share/tld when it lies in PREFIX/bin, as `make install` puts them.
 * Returns "DIR/name", the caller's to free.
 */
char *data_path(const char *name);

#endif
