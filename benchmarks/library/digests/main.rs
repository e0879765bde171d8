// Digests: SHA-256, CRC-32 and FNV-1a written out by hand.
use std::time::Instant;

const SIZE: usize = 2_000_000;
const ROUNDS: i64 = 5;

const K: [u32; 64] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

fn rotated(x: u32, n: u32) -> u32 {
    (x >> n) | (x << (32 - n))
}

fn compress(state: &mut [u32; 8], block: &[u8]) {
    let mut w = [0u32; 64];
    for i in 0..16 {
        let at = i * 4;
        w[i] = (block[at] as u32) << 24
            | (block[at + 1] as u32) << 16
            | (block[at + 2] as u32) << 8
            | block[at + 3] as u32;
    }
    for i in 16..64 {
        let s0 = rotated(w[i - 15], 7) ^ rotated(w[i - 15], 18) ^ (w[i - 15] >> 3);
        let s1 = rotated(w[i - 2], 17) ^ rotated(w[i - 2], 19) ^ (w[i - 2] >> 10);
        w[i] = w[i - 16].wrapping_add(s0).wrapping_add(w[i - 7]).wrapping_add(s1);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for i in 0..64 {
        let s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
        let choice = (e & f) ^ (!e & g);
        let t1 = h.wrapping_add(s1).wrapping_add(choice).wrapping_add(K[i]).wrapping_add(w[i]);
        let s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
        let majority = (a & b) ^ (a & c) ^ (b & c);
        let t2 = s0.wrapping_add(majority);
        h = g;
        g = f;
        f = e;
        e = d.wrapping_add(t1);
        d = c;
        c = b;
        b = a;
        a = t1.wrapping_add(t2);
    }
    for (word, added) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(added);
    }
}

fn sha256(data: &[u8]) -> u64 {
    let mut state = [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
        0x5be0cd19,
    ];
    let mut at = 0;
    while at + 64 <= data.len() {
        compress(&mut state, &data[at..at + 64]);
        at += 64;
    }
    let mut tail = [0u8; 128];
    let rest = data.len() - at;
    tail[..rest].copy_from_slice(&data[at..]);
    tail[rest] = 128;
    let size = if rest < 56 { 64 } else { 128 };
    let bits = data.len() * 8;
    for i in 0..8 {
        tail[size - 1 - i] = (bits >> (8 * i)) as u8;
    }
    compress(&mut state, &tail[0..64]);
    if size == 128 {
        compress(&mut state, &tail[64..128]);
    }
    (state[0] as u64) << 32 | state[7] as u64
}

fn crc_table() -> [u32; 256] {
    let mut table = [0; 256];
    for i in 0..256 {
        let mut value = i as u32;
        for _ in 0..8 {
            value = if value & 1 == 1 { (value >> 1) ^ 0xedb88320 } else { value >> 1 };
        }
        table[i] = value;
    }
    table
}

fn crc32(data: &[u8], table: &[u32; 256]) -> u32 {
    let mut crc = 0xffffffff_u32;
    for &byte in data {
        crc = (crc >> 8) ^ table[((crc ^ byte as u32) & 255) as usize];
    }
    !crc
}

fn fnv1a(data: &[u8]) -> u64 {
    let mut hash = 14695981039346656037_u64;
    for &byte in data {
        hash = (hash ^ byte as u64).wrapping_mul(1099511628211);
    }
    hash
}

fn main() {
    let mut data = Vec::with_capacity(SIZE);
    let mut state = 12345_u32;
    for _ in 0..SIZE {
        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
        data.push((state >> 24) as u8);
    }
    let table = crc_table();
    let mut times = [u128::MAX; 3];
    let mut sums = [0_u64; 3];
    for _ in 0..ROUNDS {
        for case in 0..3 {
            let watch = Instant::now();
            sums[case] = match case {
                0 => sha256(&data),
                1 => crc32(&data, &table) as u64,
                _ => fnv1a(&data),
            };
            times[case] = times[case].min(watch.elapsed().as_nanos());
        }
    }
    for (case, name) in ["sha256", "crc32", "fnv1a"].iter().enumerate() {
        println!("{} {} {}", name, sums[case], times[case]);
    }
}
