// SKF 7.4 files.

#include <algorithm>

#include "token/soft/session.h"

using namespace yinxin;
using namespace yinxin::token::soft;

namespace {

// SAR_OK and the name, or why not.
ULONG file_name(const char* text, std::string_view& name) {
  if (text == nullptr) {
    return SAR_INVALIDPARAMERR;
  }
  const auto held = c_text(text, MAX_FILE_NAME_LEN);
  if (!held || held->empty()) {
    return SAR_NAMELENERR;
  }
  name = *held;
  return SAR_OK;
}

}  // namespace

ULONG DEVAPI SKF_CreateFile(HAPPLICATION hApplication, LPSTR szFileName, ULONG ulFileSize, ULONG ulReadRights,
                            ULONG ulWriteRights) {
  return with<ApplicationHandle>(hApplication, [&](Entered<ApplicationHandle>& handle) -> ULONG {
    std::string_view name;
    if (const ULONG wrong = file_name(szFileName, name); wrong != SAR_OK) {
      return wrong;
    }
    if (ulReadRights > SECURE_ANYONE_ACCOUNT || ulWriteRights > SECURE_ANYONE_ACCOUNT) {
      return SAR_INVALIDPARAMERR;
    }
    return change_application(*handle, [&](ApplicationState& application) -> ULONG {
      if (!allows(application.create_file_rights, handle->rights)) {
        return SAR_USER_NOT_LOGGED_IN;
      }
      if (application.file(name) != nullptr) {
        return SAR_FILE_ALREADY_EXIST;
      }
      if (application.files.size() == max_files || ulFileSize > max_file_size) {
        return SAR_NO_ROOM;
      }
      application.files.push_back({std::string(name), ulReadRights, ulWriteRights, Bytes(ulFileSize, 0)});
      return SAR_OK;
    });
  });
}

ULONG DEVAPI SKF_DeleteFile(HAPPLICATION hApplication, LPSTR szFileName) {
  return with<ApplicationHandle>(hApplication, [&](Entered<ApplicationHandle>& handle) -> ULONG {
    std::string_view name;
    if (const ULONG wrong = file_name(szFileName, name); wrong != SAR_OK) {
      return wrong;
    }
    return change_application(*handle, [&](ApplicationState& application) -> ULONG {
      if (!allows(application.create_file_rights, handle->rights)) {
        return SAR_USER_NOT_LOGGED_IN;
      }
      const auto erased = std::erase_if(application.files, [&](const auto& one) { return one.name == name; });
      return erased == 1 ? SAR_OK : SAR_FILE_NOT_EXIST;
    });
  });
}

ULONG DEVAPI SKF_EnumFiles(HAPPLICATION hApplication, LPSTR szFileList, ULONG* pulSize) {
  return with<ApplicationHandle>(hApplication, [&](Entered<ApplicationHandle>& handle) -> ULONG {
    return read_application(*handle, [&](ApplicationState& application) -> ULONG {
      std::vector<std::string> names;
      for (const FileState& file : application.files) {
        names.push_back(file.name);
      }
      return give(name_list(names), reinterpret_cast<BYTE*>(szFileList), pulSize);
    });
  });
}

ULONG DEVAPI SKF_GetFileInfo(HAPPLICATION hApplication, LPSTR szFileName, FILEATTRIBUTE* pFileInfo) {
  return with<ApplicationHandle>(hApplication, [&](Entered<ApplicationHandle>& handle) -> ULONG {
    std::string_view name;
    if (const ULONG wrong = file_name(szFileName, name); wrong != SAR_OK) {
      return wrong;
    }
    if (pFileInfo == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    return read_application(*handle, [&](ApplicationState& application) -> ULONG {
      const FileState* file = application.file(name);
      if (file == nullptr) {
        return SAR_FILE_NOT_EXIST;
      }
      FILEATTRIBUTE info{};
      std::ranges::copy(file->name, static_cast<CHAR*>(info.FileName));
      info.FileSize = static_cast<ULONG>(file->content.size());
      info.ReadRights = file->read_rights;
      info.WriteRights = file->write_rights;
      *pFileInfo = info;
      return SAR_OK;
    });
  });
}

ULONG DEVAPI SKF_ReadFile(HAPPLICATION hApplication, LPSTR szFileName, ULONG ulOffset, ULONG ulSize, BYTE* pbOutData,
                          ULONG* pulOutLen) {
  return with<ApplicationHandle>(hApplication, [&](Entered<ApplicationHandle>& handle) -> ULONG {
    std::string_view name;
    if (const ULONG wrong = file_name(szFileName, name); wrong != SAR_OK) {
      return wrong;
    }
    return read_application(*handle, [&](ApplicationState& application) -> ULONG {
      const FileState* file = application.file(name);
      if (file == nullptr) {
        return SAR_FILE_NOT_EXIST;
      }
      if (!allows(file->read_rights, handle->rights)) {
        return SAR_USER_NOT_LOGGED_IN;
      }
      if (ulOffset > file->content.size()) {
        return SAR_INVALIDPARAMERR;
      }
      const BytesView from = BytesView(file->content).subspan(ulOffset);
      return give(from.first(std::min<std::size_t>(ulSize, from.size())), pbOutData, pulOutLen);
    });
  });
}

ULONG DEVAPI SKF_WriteFile(HAPPLICATION hApplication, LPSTR szFileName, ULONG ulOffset, BYTE* pbData, ULONG ulSize) {
  return with<ApplicationHandle>(hApplication, [&](Entered<ApplicationHandle>& handle) -> ULONG {
    std::string_view name;
    if (const ULONG wrong = file_name(szFileName, name); wrong != SAR_OK) {
      return wrong;
    }
    if (pbData == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    return change_application(*handle, [&](ApplicationState& application) -> ULONG {
      FileState* file = application.file(name);
      if (file == nullptr) {
        return SAR_FILE_NOT_EXIST;
      }
      if (!allows(file->write_rights, handle->rights)) {
        return SAR_USER_NOT_LOGGED_IN;
      }
      if (ulOffset > file->content.size() || ulSize > file->content.size() - ulOffset) {
        return SAR_INVALIDPARAMERR;
      }
      std::copy_n(pbData, ulSize, file->content.begin() + ulOffset);
      return SAR_OK;
    });
  });
}
