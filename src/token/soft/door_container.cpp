// SKF 7.5 containers and certificates.

#include <algorithm>

#include "token/soft/session.h"

using namespace yinxin;
using namespace yinxin::token::soft;

namespace {

ULONG container_name(const char* text, std::string_view& name) {
  if (text == nullptr) {
    return SAR_INVALIDPARAMERR;
  }
  const auto held = c_text(text, MAX_CONTAINER_NAME_LEN);
  if (!held || held->empty()) {
    return SAR_NAMELENERR;
  }
  name = *held;
  return SAR_OK;
}

ULONG open_handle(const std::shared_ptr<ApplicationHandle>& application, std::string_view name, HCONTAINER* out) {
  auto handle = std::make_shared<ContainerHandle>(application->connection);
  handle->application = application;
  handle->name = name;
  *out = register_object(std::move(handle));
  return SAR_OK;
}

}  // namespace

ULONG DEVAPI SKF_CreateContainer(HAPPLICATION hApplication, LPSTR szContainerName, HCONTAINER* phContainer) {
  return with<ApplicationHandle>(hApplication, [&](Entered<ApplicationHandle>& handle) -> ULONG {
    std::string_view name;
    if (const ULONG wrong = container_name(szContainerName, name); wrong != SAR_OK) {
      return wrong;
    }
    if (phContainer == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    if ((handle->rights & SECURE_USER_ACCOUNT) == 0) {
      return SAR_USER_NOT_LOGGED_IN;
    }
    const ULONG stored = change_application(*handle, [&](ApplicationState& application) -> ULONG {
      if (application.container(name) != nullptr) {
        return SAR_FILE_ALREADY_EXIST;
      }
      if (application.containers.size() == max_containers) {
        return SAR_REACH_MAX_CONTAINER_COUNT;
      }
      application.containers.push_back({std::string(name), {}, {}, {}, {}});
      return SAR_OK;
    });
    return stored == SAR_OK ? open_handle(handle.object, name, phContainer) : stored;
  });
}

ULONG DEVAPI SKF_DeleteContainer(HAPPLICATION hApplication, LPSTR szContainerName) {
  return with<ApplicationHandle>(hApplication, [&](Entered<ApplicationHandle>& handle) -> ULONG {
    std::string_view name;
    if (const ULONG wrong = container_name(szContainerName, name); wrong != SAR_OK) {
      return wrong;
    }
    if ((handle->rights & SECURE_USER_ACCOUNT) == 0) {
      return SAR_USER_NOT_LOGGED_IN;
    }
    return change_application(*handle, [&](ApplicationState& application) -> ULONG {
      const auto erased = std::erase_if(application.containers, [&](const auto& one) { return one.name == name; });
      return erased == 1 ? SAR_OK : SAR_FILE_NOT_EXIST;
    });
  });
}

ULONG DEVAPI SKF_OpenContainer(HAPPLICATION hApplication, LPSTR szContainerName, HCONTAINER* phContainer) {
  return with<ApplicationHandle>(hApplication, [&](Entered<ApplicationHandle>& handle) -> ULONG {
    std::string_view name;
    if (const ULONG wrong = container_name(szContainerName, name); wrong != SAR_OK) {
      return wrong;
    }
    if (phContainer == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    return read_application(*handle, [&](ApplicationState& application) -> ULONG {
      return application.container(name) != nullptr ? open_handle(handle.object, name, phContainer)
                                                    : SAR_FILE_NOT_EXIST;
    });
  });
}

ULONG DEVAPI SKF_CloseContainer(HCONTAINER hContainer) {
  return with<ContainerHandle>(hContainer, [&](Entered<ContainerHandle>&) -> ULONG {
    forget_object(hContainer);
    return SAR_OK;
  });
}

ULONG DEVAPI SKF_EnumContainer(HAPPLICATION hApplication, LPSTR szContainerName, ULONG* pulSize) {
  return with<ApplicationHandle>(hApplication, [&](Entered<ApplicationHandle>& handle) -> ULONG {
    return read_application(*handle, [&](ApplicationState& application) -> ULONG {
      std::vector<std::string> names;
      for (const ContainerState& container : application.containers) {
        names.push_back(container.name);
      }
      return give(name_list(names), reinterpret_cast<BYTE*>(szContainerName), pulSize);
    });
  });
}

ULONG DEVAPI SKF_GetContainerType(HCONTAINER hContainer, ULONG* pulContainerType) {
  return with<ContainerHandle>(hContainer, [&](Entered<ContainerHandle>& handle) -> ULONG {
    if (pulContainerType == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    return read_container(*handle, [&](ApplicationState&, ContainerState& container) -> ULONG {
      *pulContainerType = container.signing || container.encryption ? CONTAINER_TYPE_ECC : CONTAINER_TYPE_EMPTY;
      return SAR_OK;
    });
  });
}

ULONG DEVAPI SKF_ImportCertificate(HCONTAINER hContainer, BOOL bSignFlag, BYTE* pbCert, ULONG ulCertLen) {
  return with<ContainerHandle>(hContainer, [&](Entered<ContainerHandle>& handle) -> ULONG {
    if (pbCert == nullptr || ulCertLen == 0) {
      return SAR_INVALIDPARAMERR;
    }
    if (ulCertLen > max_certificate_size) {
      return SAR_INDATALENERR;
    }
    if ((handle->application->rights & SECURE_USER_ACCOUNT) == 0) {
      return SAR_USER_NOT_LOGGED_IN;
    }
    return change_container(*handle, [&](ApplicationState&, ContainerState& container) -> ULONG {
      Bytes& place = bSignFlag != FALSE ? container.signing_certificate : container.encryption_certificate;
      place.assign(pbCert, pbCert + ulCertLen);
      return SAR_OK;
    });
  });
}

ULONG DEVAPI SKF_ExportCertificate(HCONTAINER hContainer, BOOL bSignFlag, BYTE* pbCert, ULONG* pulCertLen) {
  return with<ContainerHandle>(hContainer, [&](Entered<ContainerHandle>& handle) -> ULONG {
    return read_container(*handle, [&](ApplicationState&, ContainerState& container) -> ULONG {
      const Bytes& place = bSignFlag != FALSE ? container.signing_certificate : container.encryption_certificate;
      return place.empty() ? SAR_CERTNOTFOUNDERR : give(place, pbCert, pulCertLen);
    });
  });
}
