/*
 * The names of ankerl::unordered_dense that mediasoup uses, given by the standard library.
 *
 * Correct, and fast enough: maps are looked up a few times a packet, against
 * some microseconds for cipher and kernel.
 */
#ifndef PARLEY_UNORDERED_DENSE_H
#define PARLEY_UNORDERED_DENSE_H

#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense
{
	using std::hash;

	template<typename Key, typename Value, typename Hash = std::hash<Key>, typename Equal = std::equal_to<Key>>
	using map = std::unordered_map<Key, Value, Hash, Equal>;

	template<typename Key, typename Hash = std::hash<Key>, typename Equal = std::equal_to<Key>>
	using set = std::unordered_set<Key, Hash, Equal>;
} // namespace ankerl::unordered_dense

#endif
