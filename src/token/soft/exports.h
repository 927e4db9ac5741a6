#pragma once
/* What the soft token exports beyond GM/T 0016. */

#include "token/skf/skf.h"

extern "C" {
/* Makes a new device: PATH is FOLDER/NAME.ukey; FOLDER/NAME.chip is made beside it. The device key is the
 * factory's, the 16 bytes "1234567812345678". SAR_FILE_ALREADY_EXIST when there is one. */
ULONG DEVAPI YXSoft_CreateDevice(const char* path, const char* serial, const char* label);
}
