//! SHA-256 (FIPS 180-4): the hash of an original that its guide's notes were written for.

/// Returns the hash of `bytes` as 64 hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let mut state = fractions(primes(8), 2);
    let round_keys = fractions(primes(64), 3);
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(64), 0);
    if padded.len() - bytes.len() < 9 {
        padded.resize(padded.len() + 64, 0);
    }
    let bits = (bytes.len() as u64 * 8).to_be_bytes();
    let end = padded.len();
    padded[end - 8..].copy_from_slice(&bits);
    padded
        .chunks(64)
        .for_each(|chunk| compress(&mut state, chunk, &round_keys));
    state.iter().map(|word| format!("{word:08x}")).collect()
}

fn compress(state: &mut [u32], chunk: &[u8], round_keys: &[u32]) {
    let mut words = [0_u32; 64];
    for (word, bytes) in words.iter_mut().zip(chunk.chunks(4)) {
        *word = bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
    }
    for at in 16..64 {
        let (a, b) = (words[at - 15], words[at - 2]);
        let small = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
        let large = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
        words[at] = words[at - 16]
            .wrapping_add(small)
            .wrapping_add(words[at - 7])
            .wrapping_add(large);
    }
    let mut work: Vec<u32> = state.to_vec();
    for (key, word) in round_keys.iter().zip(words) {
        let (a, b, c, e, f, g) = (work[0], work[1], work[2], work[4], work[5], work[6]);
        let one = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let choice = (e & f) ^ (!e & g);
        let first = work[7]
            .wrapping_add(one)
            .wrapping_add(choice)
            .wrapping_add(*key)
            .wrapping_add(word);
        let zero = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let majority = (a & b) ^ (a & c) ^ (b & c);
        work.rotate_right(1);
        work[0] = first.wrapping_add(zero).wrapping_add(majority);
        work[4] = work[4].wrapping_add(first);
    }
    state
        .iter_mut()
        .zip(work)
        .for_each(|(word, add)| *word = word.wrapping_add(add));
}

fn primes(count: usize) -> Vec<u64> {
    (2_u64..)
        .filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0))
        .take(count)
        .collect()
}

/// The first 32 bits of the fractions of the square (2) or cube (3) roots, by bisection on integers.
#[expect(clippy::cast_possible_truncation, reason = "the low 32 bits are the fraction")]
fn fractions(numbers: Vec<u64>, root: u32) -> Vec<u32> {
    let fraction = |number: u64| {
        let (mut low, mut high) = (0_u128, 1_u128 << 37);
        while high - low > 1 {
            let middle = u128::midpoint(low, high);
            if middle.pow(root) <= u128::from(number) << (32 * root) {
                low = middle
            } else {
                high = middle
            }
        }
        low as u32
    };
    numbers.into_iter().map(fraction).collect()
}

#[cfg(test)]
mod tests {
    use super::sha256;

    #[test]
    fn the_standards_examples_hold() {
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            sha256(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        let two = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        assert_eq!(
            sha256(two),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        );
    }
}
