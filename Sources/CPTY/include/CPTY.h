#ifndef AH_CPTY_H
#define AH_CPTY_H
int ah_placeholder(void);
#endif
