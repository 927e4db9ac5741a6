#pragma once
// The street's store on SQLite: accounts, sessions and dossiers over the domain's engine, a field cipher for all that
// is personal, and a folder of encrypted files.

#include "hall/account/account_store.h"
#include "hall/notice/sms.h"
#include "hall/street/dossier_store.h"
#include "store/blob_store.h"
#include "store/engine.h"
#include "store/field_cipher.h"
#include "store/street/street_schema.h"
#include "store/work_queue.h"

namespace yinxin::store {

class SqliteStreetStore final : public hall::AccountStore, public hall::DossierStore {
 public:
  // The engine was opened with street_migrations(); all three outlive this.
  SqliteStreetStore(Engine& engine, const FieldCipher& cipher, const BlobStore& blobs)
      : engine_(engine), cipher_(cipher), blobs_(blobs) {}

  Result<hall::NumberRecord> load_number(const std::string& mobile) override;
  Result<void> save_number(const hall::NumberRecord& record, const std::vector<hall::SmsWish>& messages) override;
  Result<void> put_session(const hall::SessionRecord& session) override;
  Result<hall::SessionRecord> find_session(const crypto::Digest& token_hash) override;
  Result<void> end_session(const crypto::Digest& token_hash) override;
  Result<std::int64_t> forget_sessions(Instant before, Instant begun_before) override;

  Result<hall::Dossier> load(const std::string& id) override;
  Result<void> save(const hall::DossierChange& change) override;
  Result<std::string> find_opening(const std::string& account, const std::string& opening_key) override;
  Result<std::vector<std::string>> ripe(Instant now, std::size_t limit) override;
  Result<void> look_again(const std::string& id, std::optional<Instant> at) override;
  Result<std::int64_t> next_of_day(const std::string& day) override;
  Result<std::vector<hall::DossierSummary>> list(const std::string& account, std::size_t limit) override;
  Result<std::vector<std::string>> open_cases_of(const std::string& programme, const std::string& uscc) override;
  Result<std::string> find_order(const std::string& number) override;
  Result<std::string> find_refund(const std::string& number) override;
  Result<std::vector<hall::WatchedMoney>> refunds_to_decide(std::size_t limit) override;
  Result<std::vector<hall::WatchedMoney>> transfers_awaited(std::size_t limit) override;
  Result<std::vector<hall::WatchedMoney>> due_money(Instant now, std::size_t limit) override;
  Result<void> set_watch(const std::string& number, std::optional<Instant> due) override;
  Result<std::string> find_link(const crypto::Digest& token_hash) override;
  Result<crypto::Digest> put_file(BytesView content) override;
  Result<Bytes> file(const crypto::Digest& hash) override;

  // What the outbox holds, for the house that carries it out.
  struct Message {
    Claimed claimed;
    hall::SmsWish wish;
  };
  struct Errand {
    Claimed claimed;
    hall::StreetErrand errand;
  };
  Result<std::vector<Message>> claim_messages(std::size_t limit, std::chrono::milliseconds lease);
  Result<std::vector<Errand>> claim_errands(const std::string& kind, std::size_t limit,
                                            std::chrono::milliseconds lease);
  Result<void> finish(const Claimed& claimed);

  // What was sent, and what the carrier said of it.
  struct SentMessage {
    hall::SmsWish wish;
    Instant sent_at;
    hall::SmsStanding standing = hall::SmsStanding::waiting;
    std::string reason;
    std::int64_t resends = 0;  // how often the same words had been sent before
  };
  // Puts messages into the outbox; one whose id is there already is passed over.
  Result<void> put_messages(const std::vector<hall::SmsWish>& messages);
  // Kept once; a message with a code (of no programme) is not kept.
  Result<void> note_sent(const hall::SmsWish& wish, Instant at);
  // Sent since, and nothing said yet, oldest first.
  Result<std::vector<SentMessage>> unsaid_messages(Instant since, std::size_t limit);
  // The carrier's word; once it was said, it stands.
  Result<void> note_standing(const std::string& id, hall::SmsStanding standing, const std::string& reason);
  Result<SentMessage> sent_message(const std::string& id);  // not_found
  Result<WorkState> retry(const Claimed& claimed, std::string_view reason);

 private:
  Result<void> put_message(Transaction& t, const hall::SmsWish& wish, BytesView sealed) const;
  Result<std::vector<Bytes>> sealed_messages(const std::vector<hall::SmsWish>& messages) const;
  static Result<void> put_money(Transaction& t, const hall::DossierChange& change);
  Result<std::string> find_text(std::string_view sql, BytesView key);

  Engine& engine_;
  const FieldCipher& cipher_;
  const BlobStore& blobs_;
};

}  // namespace yinxin::store
