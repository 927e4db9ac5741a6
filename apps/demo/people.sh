# The office of a demonstration: its people with their soft UKeys, its ceremony, its programme. Sourced by `main_job` and
# `up`. Expects run; yinxin (the office's program); client (what runs a customer's or officer's program, and whose); the
# variable client_yinxin (their program); data, private (the office's own folder), theirs (the people's folder),
# client_root and source_root (with profiles and programmes, as either reads them), programme_file, port, user_pin,
# admin_pin, holder_pin and YINXIN_SOFT_TOKENS.

office() { "$yinxin" "$@" --data "$data" --profiles "$source_root/profiles" --passphrase "$private/passphrase"; }
by_client() { run client "$@"; }

ukey() {  # ukey NAME SERIAL : a soft UKey as intake leaves it
  by_client "$client_yinxin" token init --create --device "$1" --serial "$2" --label "$1" --container approval --container main \
    --user-pin-file "$theirs/user-pin" --admin-pin-file "$theirs/admin-pin" --new-device-key "$theirs/$1.device-key"
}
# name | role | resident identity number (of nobody: the check digits are right)
people() {
  cat <<'TABLE'
registration|registration_officer|11010519491231002X
review|review_officer|440524188001010014
production|production_officer|110105199003070017
administrator-1|system_administrator|110105199003070033
administrator-2|security_administrator|11010519900307005X
custodian-1|custodian|110105199003070113
custodian-2|custodian|11010519900307013X
custodian-3|custodian|110105199003070156
custodian-4|custodian|110105199003070172
custodian-5|custodian|110105199003070199
finance|finance_officer|11010519900307021X
auditor|audit_administrator|110105199003070236
TABLE
}
# As the caller may be root and the people are not.
theirs_now() { [ "$(stat -c %u "$theirs")" = "$(id -u)" ] || chown -R --reference="$theirs" "$theirs"/*; }
secret_file() {  # secret_file FILE TEXT
  printf '%s\n' "$2" >"$1" && chmod 600 "$1"
}
tokens_and_roster() {
  local name role id serial=0
  mkdir -p "$YINXIN_SOFT_TOKENS" "$theirs/roster"
  secret_file "$theirs/user-pin" "$user_pin"
  secret_file "$theirs/admin-pin" "$admin_pin"
  secret_file "$theirs/holder-pin" "$holder_pin"
  secret_file "$theirs/station-passphrase" 'a passphrase for the station'
  secret_file "$private/passphrase" 'a passphrase for the demo'
  secret_file "$private/root-passphrase" 'another passphrase for the root'
  theirs_now
  while IFS='|' read -r name role id; do
    serial=$((serial + 1))
    ukey "$name" "OFFICER-$serial" </dev/null || return 1
    by_client "$client_yinxin" officer request --device "$name" --pin-file "$theirs/user-pin" --name "演示 $name" --role "$role" \
      --resident-id "$id" --request "$theirs/roster/$name.csr" --roster "$theirs/roster/roster.json" </dev/null || return 1
  done < <(people)
  by_client "$client_yinxin" officer station --name 制证站一 --key "$theirs/station.key" --passphrase "$theirs/station-passphrase" \
    --request "$theirs/roster/station.csr" --roster "$theirs/roster/roster.json" || return 1
  ukey holder HOLDER-0001
}
hold_ceremony() {
  run "$yinxin" init --data "$data" --root "$private/root" --profiles "$source_root/profiles" \
    --passphrase "$private/passphrase" --root-passphrase "$private/root-passphrase" --organization 印信演示认证中心 \
    --environment demo --address "http://127.0.0.1:$port" --officers "$theirs/roster/roster.json"
}
# Everybody goes home with certificates, a custodian with an envelope; copies, for the office's folder is not theirs.
hand_out() {
  mkdir -p "$theirs/handed" "$theirs/trust" && cp "$data"/public/* "$data"/handout/* "$theirs/handed" &&
    cp "$data"/public/{root,issuing,roles}.cer "$theirs/trust" && theirs_now
}
install_certificates() {
  local name role id place=0 beside making=() child status=0
  hand_out || return 1
  while IFS='|' read -r name role id; do
    place=$((place + 1))
    beside=()
    [ "$role" != custodian ] || beside=(--envelope "$theirs/handed/officer-$place.envelope")
    [ ! -e "$theirs/handed/login-$place.cer" ] || beside=(--login-certificate "$theirs/handed/login-$place.cer")
    by_client "$client_yinxin" officer install --device "$name" --pin-file "$theirs/user-pin" \
      --certificate "$theirs/handed/officer-$place.cer" "${beside[@]}" </dev/null &
    making+=($!)
  done < <(people)
  for child in "${making[@]}"; do wait "$child" || status=1; done
  return "$status"
}
# What the programme calls itself: nothing here knows any programme's code.
read_programme() {
  local told
  told=$("$yinxin" programme check --json "$programme_file") || { printf '%s\n' "$told" >&2; return 1; }
  programme_code=$(sed -n 's/.*"code":"\([^"]*\)".*/\1/p' <<<"$told")
  project=$(sed -n 's/.*"project_id":"\([^"]*\)".*/\1/p' <<<"$told")
  [ -n "$programme_code" ] && [ -n "$project" ] || { echo "$programme_file has no code or no project_id" >&2; return 1; }
}
signed_by() {  # signed_by ADMINISTRATOR : the programme
  by_client "$client_yinxin" programme sign "$client_root/programmes/${programme_file##*/}" --profiles "$client_root/profiles" \
    --environment demo --manifest "$theirs/programme.manifest" --device "$1" --pin-file "$theirs/user-pin"
}
write_sender() {
  printf '{"name":"制证中心","phone":"0755-4001123838","state":"广东省","locality":"深圳市","district":"福田区","street":"样例路1号","company":"印信演示认证中心"}\n' >"$private/sender.json"
}
