#include "supernet/transfer.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "supernet/base/error.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/tiny_resnet_space.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

SearchSpace variant(int classes, int channels) {
  SpaceSpec spec = tiny_space().spec();
  spec.classes = classes;
  spec.channels = channels;
  return SearchSpace(spec);
}

TEST(Transfer, OtherClassesGetAFreshHeadAndKeepTheRest) {
  const Supernet from(tiny_space(), Random(1));
  Supernet to(variant(5, 1), Random(2));
  const at::Tensor fresh = to.stored("classifier").weight.detach().clone();
  copy_weights(from, to, "a.h5");
  EXPECT_TRUE(at::equal(to.stored("classifier").weight, fresh));
  EXPECT_TRUE(at::equal(to.stored("stem").weight, from.stored("stem").weight));
  EXPECT_TRUE(
      at::equal(to.stored("blocks.1.project").weight, from.stored("blocks.1.project").weight));
}

TEST(Transfer, AGreyPictureGivesTheSameLogitsFromThreeEqualChannels) {
  Supernet from(tiny_space(), Random(1));
  Supernet to(variant(8, 3), Random(2));
  copy_weights(from, to, "a.h5");
  Supernet back(tiny_space(), Random(3));
  copy_weights(to, back, "b.h5");
  const at::Tensor grey = at::randn({2, 1, 16, 16});
  const at::NoGradGuard no_grad;
  const Architecture largest = from.space().largest();
  const at::Tensor logits = from.forward(grey, largest);
  EXPECT_TRUE(at::allclose(to.forward(grey.repeat({1, 3, 1, 1}), largest), logits, 1e-4, 1e-5));
  EXPECT_TRUE(at::allclose(back.forward(grey, largest), logits, 1e-4, 1e-5));
}

TEST(Transfer, AnotherSpaceIsRefusedBeforeAnythingIsCopied) {
  const Supernet from(tiny_resnet_space(), Random(1));
  Supernet to(tiny_space(), Random(2));
  const at::Tensor before = to.stored("stem").weight.detach().clone();
  const std::string message = message_of([&] { copy_weights(from, to, "a.h5"); });
  EXPECT_EQ(message.rfind("a.h5 does not fit the space tiny: its tensor ", 0), 0U) << message;
  EXPECT_TRUE(at::equal(to.stored("stem").weight, before));
}

template <class Space>
void expect_same_network_back(const Space& space) {
  Random random(7);
  const Supernet from(space, Random(1));
  for (int i = 0; i < 10; ++i) {
    const Architecture architecture = space.sample(random);
    const Subnet subnet = from.extract(architecture);
    Supernet to(space, Random(2));
    put_subnet(subnet, to);
    const Subnet again = to.extract(architecture);
    for (std::size_t layer = 0; layer < subnet.layers().size(); ++layer) {
      visit_arrays(subnet.layers()[layer],
                   again.layers()[layer],
                   [](const char* name, const at::Tensor& a, const at::Tensor& b) {
                     ASSERT_EQ(a.defined(), b.defined()) << name;
                     ASSERT_TRUE(!a.defined() || at::equal(a, b)) << name;
                   });
    }
  }
}

TEST(Transfer, APutNetworkComesBackToTheBit) {
  expect_same_network_back(tiny_space());
  expect_same_network_back(tiny_resnet_space());
}

TEST(Transfer, ARandomNetworkFitsItsPlace) {
  const SearchSpace space = tiny_space();
  const Architecture smallest = space.smallest();
  const Subnet subnet = random_subnet(space, smallest, Random(4));
  Supernet net(space, Random(2));
  put_subnet(subnet, net);
  EXPECT_TRUE(
      at::equal(net.extract(smallest).layers().front().weight, subnet.layers().front().weight));
}

}  // namespace
}  // namespace coppice
