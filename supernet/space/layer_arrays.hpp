// The arrays of one layer, whatever they are made of: tensors in the supernet, plain vectors in
// exporters, names in files.
#pragma once

namespace coppice {

/// conv: weight [out, in / groups, k, k]; with batch norm the four norm_* [out]
/// squeeze_excite: reduce_* [hidden, channels, 1, 1], [hidden]; expand_* [channels, hidden, 1, 1],
/// [channels]
/// linear: weight [out, in], bias [out]
/// Arrays that a layer does not have are default-constructed.
template <class Array>
struct LayerArrays {
  Array weight;
  Array bias;
  Array norm_weight;  ///< gamma
  Array norm_bias;    ///< beta
  Array norm_mean;
  Array norm_variance;
  Array reduce_weight;
  Array reduce_bias;
  Array expand_weight;
  Array expand_bias;
};

/// Calls visit(name, array of a, array of b) for each member, in the order above.
template <class A, class B, class Visit>
void visit_arrays(A& a, B& b, Visit&& visit) {
  visit("weight", a.weight, b.weight);
  visit("bias", a.bias, b.bias);
  visit("norm_weight", a.norm_weight, b.norm_weight);
  visit("norm_bias", a.norm_bias, b.norm_bias);
  visit("norm_mean", a.norm_mean, b.norm_mean);
  visit("norm_variance", a.norm_variance, b.norm_variance);
  visit("reduce_weight", a.reduce_weight, b.reduce_weight);
  visit("reduce_bias", a.reduce_bias, b.reduce_bias);
  visit("expand_weight", a.expand_weight, b.expand_weight);
  visit("expand_bias", a.expand_bias, b.expand_bias);
}

/// Calls visit(name, array) for each member.
template <class A, class Visit>
void visit_arrays(A& a, Visit&& visit) {
  visit_arrays(a, a, [&visit](const char* name, auto& array, auto&) { visit(name, array); });
}

}  // namespace coppice
