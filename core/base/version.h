#ifndef TLD_BASE_VERSION_H
#define TLD_BASE_VERSION_H

/* One version for both programs and the package. */
#define TLD_VERSION "0.1.0"

#endif
