#ifndef TLD_STORE_SQLITE_SEALED_H
#define TLD_STORE_SQLITE_SEALED_H

/* The rows of sealed_answers: several classes each. For this folder only. */

#include "core/store/pack.h"
#include "core/store/sqlite/db.h"

/* One class of a row. */
struct sealed_class {
    int64_t group_id;
    size_t responses;
    size_t first; /* of its persons among those of the row */
};

/* A row as it was read: answers[q * persons + person]. Borrowed from the statement. */
struct sealed_row {
    const uint8_t *classes, *answers;
    size_t count;   /* classes */
    size_t persons; /* of all classes */
};

/* From the columns `classes` and `answers` of a row, the first of them `column`. ERR_IO when they do not fit
 * each other. */
bool sealed_row_read(struct store *s, sqlite3_stmt *st, int column, size_t questions, struct sealed_row *out,
                     struct err *e) STORE_CHECK;
/* The classes alone, from the column `classes`. */
void sealed_row_classes(sqlite3_stmt *st, int column, struct sealed_row *out);
/* Class number i of the row; `first` of the first one is 0, else what stood before it. */
struct sealed_class sealed_class_at(const struct sealed_row *row, size_t i, size_t first);

/* Writes classes into rows, as many to each as fill a page. They come in the order of form and group. */
struct sealed_writer {
    struct store *store;
    int64_t round_id, form_id;
    size_t questions;
    struct sealed_class *class; /* of the row to come */
    size_t classes, class_room;
    size_t persons;
    uint8_t *answers; /* class by class */
    size_t bytes, byte_room;
};
void sealed_writer_init(struct sealed_writer *w, struct store *s, int64_t round_id);
void sealed_writer_fini(struct sealed_writer *w);
bool sealed_writer_add(struct sealed_writer *w, const struct packed *b, struct err *e) STORE_CHECK;
/* The last row. A row whose first class has one already is written over it. */
bool sealed_writer_end(struct sealed_writer *w, struct err *e) STORE_CHECK;

/* Puts one more class among the rows. ERR_CONFLICT when it is there, ERR_NOT_FOUND when there is no such
 * class. */
bool sealed_insert(struct store *s, int64_t round_id, const struct packed *b, struct err *e) STORE_CHECK;

/* The SQL function class_entry(group_id, responses), for the migration that made these rows. */
bool sealed_define_entry(struct store *s, struct err *e) STORE_CHECK;

#endif
