#ifndef AH_CVTERM_H
#define AH_CVTERM_H
#include <vterm.h>
#endif
