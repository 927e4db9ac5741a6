#include <iostream>

#include "base/secret_bytes.h"

void show(const yinxin::SecretBytes& secret) {
#ifdef YX_CONTROL
  std::cout << secret.size();
#else
  std::cout << secret;
#endif
}
