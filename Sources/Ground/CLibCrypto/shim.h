// RC4 is out of favour for good reasons, and encrypted RTMP has nothing else.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/bn.h>
#include <openssl/rc4.h>
