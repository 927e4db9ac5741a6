#pragma once
// The officers' desk as the officer's own machine sees it. Answers for people come as JSON text; bytes that are signed
// or written to a token come as bytes and are judged here, never believed.

#include <map>

#include "agent/remote.h"
#include "api/json_names.h"
#include "terminal/station.h"
#include "token/agent/approve.h"

namespace yinxin::agent {

struct Permitted {
  Bytes permit;
  Bytes secrets;
  Bytes pin_domain;  // certificate
};

class DeskClient {
 public:
  explicit DeskClient(Remote remote) : remote_(std::move(remote)) {}

  // Opens a session with the login key; its token, for resume().
  Result<std::string> log_in(const x509::Certificate& certificate, crypto::Signer& signer);
  void resume(std::string token) { token_ = std::move(token); }
  Result<void> log_out();

  Result<std::string> me();
  Result<std::string> list(const std::string& state, std::size_t limit);
  Result<std::string> show(const std::string& id);
  // {"field", "value"}: all of what show() covers; recorded at the desk.
  Result<std::string> reveal(const std::string& id, const std::string& field);
  // Code of the line's state.
  Result<std::string> line_state(const std::string& id, std::int64_t line);
  Result<std::string> claim(const std::string& id);
  Result<std::string> give_back(const std::string& id, const std::string& reason,
                                const std::map<std::string, std::string>& reopened);
  Result<std::string> refuse(const std::string& id, const std::string& reason);
  // The officer has seen the requester: "video" or "counter", and what he saw.
  Result<std::string> prove_identity(const std::string& id, const std::string& method, const std::string& words);
  Result<std::string> requery(const std::string& id);
  // A finance officer's word that the money goes back the way it came.
  Result<std::string> grant_refund(const std::string& refund, const std::string& words);
  // That it has gone back by other means.
  Result<std::string> settle_refund_by_hand(const std::string& refund, const std::string& words);
  Result<std::string> dispatch(const std::string& id);
  Result<std::string> parcel(const std::string& id, const std::string& standing);  // "returned", "lost"
  // {"url", "expires_at"}: where a page may show the rendition.
  Result<std::string> paper_link(const std::string& id, const std::string& slot);

  Result<token::ApprovalBundle> approval_bundle(const std::string& id, trust::Decision decision,
                                                const std::map<std::string, std::string>& overrides);
  Result<std::string> hand_in(const std::string& id, trust::Decision decision, BytesView signed_approval);

  Result<Permitted> permit(const std::string& id, std::int64_t line, const std::string& device,
                           const x509::Certificate& station, const x509::Certificate& officer);
  Result<std::string> bind(const std::string& id, std::int64_t line, const office::NewKey& made);
  Result<std::string> issue(const std::string& id, std::int64_t line);
  Result<Bytes> make_seal(const std::string& id, std::int64_t line);
  Result<office::LineCertificates> certificates(const std::string& id, std::int64_t line);
  Result<std::string> written(const std::string& id, std::int64_t line, BytesView signed_word);

 private:
  Result<net::Response> send(net::Method method, const std::string& path, std::string type = {}, Bytes body = {});
  Result<std::string> text(net::Method method, const std::string& path, const std::string& json = {});
  Remote remote_;
  std::string token_;
};

// The bundle behind the desk's answer; invalid_input for what is not one. What it says is judged by token::approve().
Result<token::ApprovalBundle> bundle_of_json(BytesView json);
Result<token::ApprovalBundle> bundle_of(const boost::json::object& read);

}  // namespace yinxin::agent
