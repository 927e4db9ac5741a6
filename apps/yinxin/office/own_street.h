#pragma once
// The street's side of StreetDoors.

#include "yinxin/office/street_domain.h"
#include "yinxin/office/street_doors.h"

namespace yinxin::office {

class OwnStreet final : public StreetDoors {
 public:
  // Both outlive it.
  OwnStreet(StreetDomain& street, OutsideDoors& outside) : street_(street), outside_(outside) {}
  Result<std::vector<StreetErrandClaimed>> claim(const std::string& kind) override;
  Result<void> settle(const store::Claimed& claimed, const std::optional<std::string>& failure) override;
  Result<hall::Submission> submission(const std::string& id) override { return hall().submission(id); }
  Result<void> hear_withdrawal_refused(const std::string& id) override { return hall().hear_withdrawal_refused(id); }
  Result<std::vector<StreetStanding>> standings(const std::vector<std::string>& ids) override;
  Result<void> hear_desk(const hall::DeskNews& news) override;
  Result<void> note_sent(const hall::SmsWish& wish, Instant at) override { return street_.store().note_sent(wish, at); }
  Result<void> put_messages(const std::vector<hall::SmsWish>& wishes) override {
    return street_.store().put_messages(wishes);
  }
  Result<EvidenceQuestion> transactions(const std::string& id) override;
  Result<std::vector<hall::ConsentShown>> consents_of(const std::string& id) override { return hall().consents_of(id); }
  Result<std::optional<hall::LegalCheck>> legal_check(const std::string& id) override;
  Result<void> see_legal_representative(const std::string& id, const hall::Actor& officer,
                                        const hall::SeenInPerson& seen) override;
  Result<void> confirm_legal_representative(const std::string& id, const hall::Actor& officer) override;
  Result<std::vector<hall::MoneyItem>> money_to_decide() override { return hall().money_to_decide(); }
  Result<std::string> case_of_refund(const std::string& number) override { return hall().case_of_refund(number); }
  Result<std::string> case_of_order(const std::string& order) override { return hall().case_of_order(order); }
  Result<hall::MoneyItem> decide_refund(const std::string& number, hall::FinanceDeed deed, const std::string& officer,
                                        const std::string& words) override {
    return hall().decide_refund(number, deed, officer, words);
  }
  Result<hall::MoneyItem> give_back(const std::string& order, std::int64_t fen, const std::string& officer,
                                    const std::string& words) override {
    return hall().give_back(order, fen, officer, words);
  }

  Result<std::vector<hall::TransferItem>> transfers_awaited() override { return hall().transfers_awaited(); }
  Result<Bytes> voucher(const std::string& order) override { return hall().voucher(order); }
  Result<void> deny_voucher(const std::string& order, const std::string& officer, const std::string& words) override {
    return hall().deny_voucher(order, officer, words);
  }
  Result<void> name_booking(const std::string& order, const std::string& booking, const std::string& officer,
                            const std::string& words) override {
    return hall().name_booking(order, booking, officer, words);
  }

 private:
  hall::Street& hall() { return street_.street(); }
  StreetDomain& street_;
  OutsideDoors& outside_;
};

// The line of a case's certificates, as secrets and tokens name it: a case of the street's has one.
std::string only_line_of(const std::string& case_id);
// The channel by which the newest activation secret of a case went, or goes.
std::string secret_channel(const hall::Dossier& dossier);

}  // namespace yinxin::office
