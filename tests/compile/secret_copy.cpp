#include "base/secret_bytes.h"

yinxin::SecretBytes taken(yinxin::SecretBytes& secret) {
#ifdef YX_CONTROL
  return secret.clone();
#else
  yinxin::SecretBytes copy(secret);
  return copy;
#endif
}
