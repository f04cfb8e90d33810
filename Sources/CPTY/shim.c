#include "CPTY.h"
int ah_placeholder(void) { return 0; }
