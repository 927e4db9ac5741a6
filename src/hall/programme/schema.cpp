#include "hall/programme/schema.h"

#include <array>

namespace yinxin::hall::programme {
namespace {

using Words = std::string_view;
constexpr bool needed = true;
constexpr bool may = false;

constexpr std::array<Words, 9> businesses{"new",    "add",    "renew",      "replace", "modify", "change_requester",
                                          "unlock", "revoke", "recover_key"};
constexpr std::array<Words, 4> channels{"online", "counter", "mail", "client"};
constexpr std::array<Words, 3> kinds{"organization", "organization_member", "individual"};
constexpr std::array<Words, 6> ways{"wechat", "alipay", "corporate_transfer", "card", "cash", "other"};
constexpr std::array<Words, 4> gates{"submit", "accept", "make", "hand_over"};
constexpr std::array<Words, 3> stamps{"none", "unit", "unit_and_edge"};
constexpr std::array<Words, 3> originals{"none", "shown", "handed_in"};
constexpr std::array<Words, 3> statuses{"open", "closed", "draft"};
constexpr std::array<Words, 2> logins{"sms", "password"};
constexpr std::array<Words, 1> algorithms{"sm2"};
constexpr std::array<Words, 2> numerals{"digits", "capitals"};
constexpr std::array<Words, 4> seal_modes{"none", "optional", "included", "external"};
constexpr std::array<Words, 3> moments{"always", "valid", "expired"};
constexpr std::array<Words, 2> settlements{"two_officers", "holder"};
constexpr std::array<Words, 3> fee_items{"certificate", "medium", "deed"};
constexpr std::array<Words, 4> fee_units{"year", "certificate", "medium", "time"};
constexpr std::array<Words, 2> signers{"requester", "legal_representative"};
constexpr std::array<Words, 6> conditions{"seal",
                                          "requester_is_not_legal_representative",
                                          "separate_code_certificate",
                                          "no_corporate_transfer",
                                          "unit_renamed",
                                          "requester_changed"};
constexpr std::array<Words, 2> material_pers{"case", "member"};
constexpr std::array<Words, 4> checks{"id_photos", "liveness", "carrier", "originals"};
constexpr std::array<Words, 3> alternatives{"video", "counter", "manual"};
constexpr std::array<Words, 4> dialects{"none", "code_in_remark", "secret_in_remark", "random_amount"};
constexpr std::array<Words, 2> asked{"entry", "payment"};
constexpr std::array<Words, 2> blocks{"review", "secret"};
constexpr std::array<Words, 3> account_fields{"name", "bank", "number"};
constexpr std::array<Words, 5> releases{"sms_requester", "sms_holder", "bank_remark", "activation", "hand_over"};
constexpr std::array<Words, 3> freights{"collect", "prepaid", "customer_both_ways"};
constexpr std::array<Words, 2> invoice_kinds{"electronic", "none"};
constexpr std::array<Words, 3> invoice_ways{"sms", "mail", "page"};
constexpr std::array<Words, 3> invoice_moments{"application", "payment", "hand_over"};
constexpr std::array<Words, 12> screens{"agreement", "seal_choice", "promotion", "entry",  "form",  "materials",
                                        "identity",  "payment",     "done",      "select", "guide", "account"};
constexpr std::array<Words, 9> field_blocks{"certificate", "unit",    "legal_representative",
                                            "requester",   "member",  "account",
                                            "mailing",     "invoice", "remittance"};
// The questions that the house knows how to check (hall/street/entry_rules.h).
constexpr std::array<Words, 27> field_names{
    "years",          "unit_name",      "unit_department",     "unit_document_kind", "unit_document_number",
    "unit_region",    "unit_address",   "legal_name",          "legal_id_number",    "legal_mobile",
    "requester_name", "requester_post", "requester_id_number", "requester_mobile",   "requester_mail",
    "mailing_name",   "mailing_phone",  "mailing_region",      "mailing_address",    "mailing_postcode",
    "invoice_choice", "invoice_title",  "invoice_tax_number",  "account_name",       "account_bank",
    "account_number", "remittance"};
constexpr std::array<Words, 18> text_ids{"approved",      "returned",
                                         "refused",       "micro_deposit_failed",
                                         "shipped",       "pin",
                                         "activation",    "code",
                                         "invoice",       "ready",
                                         "expires_soon",  "payment_due",
                                         "draft_waiting", "correction_due",
                                         "closed",        "refunded",
                                         "pin_by_sms",    "phone_link"};

// Every record may say that a value is assumed, and then must say why; the reader adds these two keys.
constexpr std::array operator_fields{Field{"code", Type::code, needed},  Field{"name", Type::text, needed},
                                     Field{"short", Type::text, needed}, Field{"site", Type::text},
                                     Field{"hall", Type::url},           Field{"hotline", Type::text, needed},
                                     Field{"documents", Type::texts},    Field{"online_service", Type::texts}};
constexpr std::array platform_fields{Field{"name", Type::text, needed}, Field{"url", Type::url},
                                     Field{"path", Type::text}};
constexpr std::array entry_fields{Field{"business", Type::word, needed, businesses}, Field{"id", Type::hex, needed}};
constexpr std::array algorithm_fields{Field{"profile", Type::word, needed, algorithms}};
constexpr std::array agreement_fields{Field{"document", Type::text, needed}, Field{"tick", Type::integer, needed}};
constexpr std::array agreement_page_fields{Field{"title", Type::text, needed}, Field{"button", Type::text, needed},
                                           Field{"ticks", Type::texts, needed}};
constexpr std::array kind_fields{Field{"kind", Type::word, needed, kinds}, Field{"label", Type::text, needed},
                                 Field{"many", Type::yes_no}, Field{"annex_rows", Type::integer}};
constexpr std::array years_fields{Field{"values", Type::integers, needed}, Field{"printed", Type::word, may, numerals}};
constexpr std::array seal_fields{Field{"mode", Type::word, needed, seal_modes}, Field{"label", Type::text},
                                 Field{"chosen_by_default", Type::yes_no},      Field{"samples", Type::integer},
                                 Field{"impression_form", Type::code},          Field{"note", Type::text}};
constexpr std::array business_fields{
    Field{"business", Type::word, needed, businesses}, Field{"channels", Type::words, needed, channels},
    Field{"kinds", Type::words, may, kinds},           Field{"while", Type::word, may, moments},
    Field{"settled_by", Type::word, may, settlements}, Field{"keeps_end_date", Type::yes_no},
    Field{"needs_valid_certificate", Type::yes_no},    Field{"note", Type::text}};
constexpr std::array fee_fields{Field{"item", Type::word, needed, fee_items},
                                Field{"business", Type::words, needed, businesses},
                                Field{"kinds", Type::words, may, kinds},
                                Field{"per", Type::word, needed, fee_units},
                                Field{"fen", Type::fen, needed},
                                Field{"label", Type::text}};
constexpr std::array price_fields{Field{"version", Type::integer, needed}, Field{"from", Type::date, needed},
                                  Field{"rows", Type::records, needed, {}, fee_fields}};
constexpr std::array payment_fields{Field{"business", Type::words, needed, businesses},
                                    Field{"channels", Type::words, needed, channels},
                                    Field{"gate", Type::word, needed, gates},
                                    Field{"ways", Type::words, needed, ways},
                                    Field{"voucher", Type::yes_no},
                                    Field{"typed_by_applicant", Type::yes_no}};
constexpr std::array transfer_fields{Field{"payee", Type::text, needed}, Field{"bank", Type::text, needed},
                                     Field{"account", Type::text, needed}, Field{"remark", Type::text},
                                     Field{"payer_must_be_applicant", Type::yes_no}};
constexpr std::array form_fields{Field{"id", Type::code, needed},
                                 Field{"title", Type::text, needed},
                                 Field{"stamp", Type::word, may, stamps},
                                 Field{"signed_by", Type::words, may, signers},
                                 Field{"sections", Type::texts},
                                 Field{"columns", Type::texts},
                                 Field{"rows", Type::integer},
                                 Field{"print_first", Type::text},
                                 Field{"buttons", Type::texts},
                                 Field{"corrections", Type::text},
                                 Field{"returned_copies", Type::integer}};
constexpr std::array material_fields{Field{"id", Type::code, needed},
                                     Field{"title", Type::text, needed},
                                     Field{"form", Type::code},
                                     Field{"business", Type::words, needed, businesses},
                                     Field{"channels", Type::words, needed, channels},
                                     Field{"kinds", Type::words, may, kinds},
                                     Field{"while", Type::word, may, moments},
                                     Field{"if", Type::words, may, conditions},
                                     Field{"per", Type::word, may, material_pers},
                                     Field{"copies", Type::integer},
                                     Field{"stamp", Type::word, may, stamps},
                                     Field{"original", Type::word, may, originals},
                                     Field{"hint", Type::text}};
constexpr std::array identity_fields{Field{"channels", Type::words, needed, channels},
                                     Field{"checks", Type::words, needed, checks},
                                     Field{"members_too", Type::yes_no},
                                     Field{"alternative", Type::word, may, alternatives},
                                     Field{"done_text", Type::text},
                                     Field{"help_text", Type::text},
                                     Field{"tries_a_day", Type::integer}};
constexpr std::array fallback_fields{Field{"after_failures", Type::integer, needed},
                                     Field{"offered", Type::yes_no, needed}};
constexpr std::array deposit_fields{Field{"dialect", Type::word, needed, dialects},
                                    Field{"label", Type::text},
                                    Field{"ways", Type::words, may, ways},
                                    Field{"amount_fen", Type::fen},
                                    Field{"asked_at", Type::word, may, asked},
                                    Field{"blocks", Type::word, may, blocks},
                                    Field{"account_fields", Type::words, may, account_fields},
                                    Field{"typed_at", Type::text},
                                    Field{"refill_at", Type::text},
                                    Field{"notice", Type::text},
                                    Field{"legal_representative_check", Type::record, may, {}, fallback_fields}};
constexpr std::array pin_fields{Field{"kinds", Type::words, needed, kinds}, Field{"ways", Type::words, needed, ways},
                                Field{"release", Type::word, needed, releases}, Field{"true_pin", Type::yes_no}};
constexpr std::array review_fields{Field{"working_days", Type::integer}, Field{"includes_money", Type::yes_no},
                                   Field{"officers", Type::texts}};
constexpr std::array mail_in_fields{Field{"addressee", Type::text, needed}, Field{"address", Type::text, needed},
                                    Field{"phone", Type::text, needed}, Field{"refused", Type::text}};
constexpr std::array shipping_fields{Field{"working_days", Type::integer}, Field{"freight", Type::word, may, freights},
                                     Field{"hand_over_at_counter", Type::yes_no},
                                     Field{"mail_in", Type::record, may, {}, mail_in_fields}};
constexpr std::array invoice_fields{
    Field{"kind", Type::word, needed, invoice_kinds}, Field{"by", Type::words, may, invoice_ways},
    Field{"when", Type::word, may, invoice_moments}, Field{"may_decline", Type::yes_no}, Field{"notice", Type::text}};
constexpr std::array tier_fields{Field{"years", Type::integer, needed}, Field{"gift", Type::text, needed},
                                 Field{"with_seal_only", Type::yes_no}};
constexpr std::array promotion_fields{Field{"text", Type::text, needed},
                                      Field{"note", Type::text},
                                      Field{"confirm_label", Type::text, needed},
                                      Field{"first_time_only", Type::yes_no},
                                      Field{"from", Type::date},
                                      Field{"to", Type::date},
                                      Field{"tiers", Type::records, needed, {}, tier_fields}};
constexpr std::array closing_fields{Field{"from", Type::date, needed}, Field{"words", Type::text, needed},
                                    Field{"finish_days", Type::integer}};
constexpr std::array point_fields{
    Field{"name", Type::text},   Field{"address", Type::text, needed},      Field{"window", Type::text},
    Field{"hours", Type::texts}, Field{"closed_on_holidays", Type::yes_no}, Field{"note", Type::text}};
constexpr std::array text_fields{Field{"id", Type::word, needed, text_ids}, Field{"text", Type::text, needed}};
constexpr std::array step_fields{Field{"name", Type::text, needed}, Field{"screens", Type::words, needed, screens}};
constexpr std::array input_fields{Field{"block", Type::word, needed, field_blocks},
                                  Field{"name", Type::word, needed, field_names},
                                  Field{"label", Type::text, needed},
                                  Field{"required", Type::yes_no, needed},
                                  Field{"hint", Type::text},
                                  Field{"choices", Type::texts}};
constexpr std::array retention_fields{Field{"years_after_expiry", Type::integer, needed}};

constexpr std::array programme_fields{
    Field{"version", Type::integer, needed},
    Field{"code", Type::code, needed},
    Field{"name", Type::text, needed},
    Field{"status", Type::word, needed, statuses},
    Field{"closing", Type::record, may, {}, closing_fields},
    Field{"operator", Type::record, needed, {}, operator_fields},
    Field{"project_id", Type::hex},
    Field{"entries", Type::records, may, {}, entry_fields},
    Field{"relying_platform", Type::record, may, {}, platform_fields},
    Field{"menu", Type::texts},
    Field{"sub_platforms", Type::texts},
    Field{"precondition", Type::text},
    Field{"uses", Type::texts},
    Field{"algorithm", Type::record, needed, {}, algorithm_fields},
    Field{"login", Type::words, may, logins},
    Field{"agreements", Type::records, may, {}, agreement_fields},
    Field{"agreement_page", Type::record, may, {}, agreement_page_fields},
    Field{"guide_notice", Type::text},
    Field{"kinds", Type::records, needed, {}, kind_fields},
    Field{"years", Type::record, needed, {}, years_fields},
    Field{"seal", Type::record, needed, {}, seal_fields},
    Field{"business", Type::records, needed, {}, business_fields},
    Field{"fees", Type::record, needed, {}, price_fields},
    Field{"payment", Type::records, needed, {}, payment_fields},
    Field{"transfer", Type::record, may, {}, transfer_fields},
    Field{"forms", Type::records, needed, {}, form_fields},
    Field{"materials", Type::records, needed, {}, material_fields},
    Field{"identity", Type::records, may, {}, identity_fields},
    Field{"micro_deposit", Type::record, needed, {}, deposit_fields},
    Field{"pin", Type::records, needed, {}, pin_fields},
    Field{"review", Type::record, needed, {}, review_fields},
    Field{"shipping", Type::record, needed, {}, shipping_fields},
    Field{"invoice", Type::record, needed, {}, invoice_fields},
    Field{"promotion", Type::record, may, {}, promotion_fields},
    Field{"points", Type::records, may, {}, point_fields},
    Field{"texts", Type::records, needed, {}, text_fields},
    Field{"faq", Type::texts},
    Field{"steps", Type::records, may, {}, step_fields},
    Field{"fields", Type::records, may, {}, input_fields},
    Field{"required_note", Type::text},
    Field{"retention", Type::record, needed, {}, retention_fields},
    Field{"unsaid", Type::texts},
};

}  // namespace

std::span<const Field> schema() { return programme_fields; }

}  // namespace yinxin::hall::programme
