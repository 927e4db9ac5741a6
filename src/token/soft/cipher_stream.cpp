#include "token/soft/cipher_stream.h"

#include <algorithm>

namespace yinxin::token::soft {

using crypto::Sm4Mode;

namespace {

constexpr std::size_t block = crypto::sm4_block_size;

bool takes_whole_blocks(Sm4Mode mode) { return mode == Sm4Mode::ecb || mode == Sm4Mode::cbc; }

SecretBytes joined(const SecretBytes& first, BytesView second) {
  SecretBytes out(first.size() + second.size());
  std::ranges::copy(first.expose(), out.expose_for_writing().begin());
  std::ranges::copy(second, out.expose_for_writing().begin() + static_cast<std::ptrdiff_t>(first.size()));
  return out;
}

}  // namespace

CipherStream::CipherStream(Direction direction, Sm4Mode mode, BytesView key, BytesView iv, bool padding)
    : direction_(direction), mode_(mode), key_(key), iv_(to_bytes(iv)), padding_(padding) {}

CipherStream CipherStream::clone() const {
  CipherStream copy(direction_, mode_, key_.expose(), iv_, padding_);
  copy.waiting_ = waiting_.clone();
  return copy;
}

// One stretch, and the initial vector that the next stretch goes on with.
Result<SecretBytes> CipherStream::run(BytesView data) {
  if (data.empty()) {
    return SecretBytes();
  }
  SecretBytes out;
  if (direction_ == Direction::encrypt) {
    YX_TRY(Bytes cipher, crypto::sm4_encrypt(mode_, key_.expose(), iv_, data));
    out = SecretBytes(std::move(cipher));
  } else {
    YX_TRY(out, crypto::sm4_decrypt(mode_, key_.expose(), iv_, data));
  }
  if (mode_ != Sm4Mode::ecb && data.size() >= block) {
    const BytesView cipher = direction_ == Direction::encrypt ? out.expose() : data;
    Bytes next = to_bytes(cipher.last(block));
    if (mode_ == Sm4Mode::ofb) {  // the feedback is the key stream
      for (std::size_t i = 0; i < block; ++i) {
        next[i] = data.last(block)[i] ^ out.expose().last(block)[i];
      }
    }
    iv_ = std::move(next);
  }
  return out;
}

Result<SecretBytes> CipherStream::update(BytesView data) {
  SecretBytes all = joined(waiting_, data);
  std::size_t ready = all.size() / block * block;
  if (padding_ && direction_ == Direction::decrypt && ready == all.size() && ready > 0) {
    ready -= block;
  }
  YX_TRY(SecretBytes out, run(all.expose().first(ready)));
  waiting_ = SecretBytes(all.expose().subspan(ready));
  return out;
}

Result<SecretBytes> CipherStream::finish() {
  SecretBytes rest = std::move(waiting_);
  waiting_ = SecretBytes();
  if (padding_ && direction_ == Direction::encrypt) {
    const Bytes padding(block - rest.size(), static_cast<std::uint8_t>(block - rest.size()));
    return run(joined(rest, padding).expose());
  }
  if (takes_whole_blocks(mode_) && rest.size() % block != 0) {
    return fail(ErrorCode::invalid_input, "not whole blocks of SM4");
  }
  YX_TRY(SecretBytes last, run(rest.expose()));
  return padding_ ? unpad(std::move(last)) : Result<SecretBytes>(std::move(last));
}

Result<SecretBytes> CipherStream::unpad(SecretBytes last) const {
  const BytesView bytes = last.expose();
  const std::size_t size = bytes.empty() ? 0 : bytes.back();
  const bool holds = size >= 1 && size <= bytes.size() &&
                     std::ranges::all_of(bytes.last(size), [size](std::uint8_t byte) { return byte == size; });
  if (!holds) {
    return fail(ErrorCode::corrupt, "the padding does not hold");
  }
  return SecretBytes(bytes.first(bytes.size() - size));
}

}  // namespace yinxin::token::soft
