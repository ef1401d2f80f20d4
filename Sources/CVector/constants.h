// What the functions of functions.inc are made of for each type. The polynomials are minimax, found by
// exchange in 60 digits and rounded; each is written from the constant term up.

#ifndef CONSTANTS_H
#define CONSTANTS_H

#define LENGTH(list) (sizeof(list) / sizeof(*(list)))

// (exp(r) - 1 - r) / r² for |r| ≤ log(2) / 2
static const double exp_f64[] = {
    0x1.000000000000cp-1,  0x1.5555555555561p-3,  0x1.555555554ffa4p-5,  0x1.111111110d59fp-7,
    0x1.6c16c185c829fp-10, 0x1.a01a01bb13b69p-13, 0x1.a01996356b5b0p-16, 0x1.71dddf61e2bc9p-19,
    0x1.28b0a46cc178ep-22, 0x1.af862a694f0ddp-26};
static const float exp_f32[] = {
    0x1.000000p-1f, 0x1.55548ep-3f, 0x1.55545ep-5f, 0x1.123bdep-7f, 0x1.6db4e8p-10f};

// (tanh(x) / x - 1) / x² in x², for |x| ≤ 0.625
static const double tanh_f64[] = {
    -0x1.55555555554ffp-2, 0x1.111111110accep-3,  -0x1.ba1ba1b5064f9p-5, 0x1.664f477adb5c6p-6,
    -0x1.226e162c023fap-7, 0x1.d6cf280fb1a6dp-9,  -0x1.7d68a335a2dbfp-10, 0x1.336612f90607bp-11,
    -0x1.df5579ea27dcfp-13, 0x1.4391211f1b00fp-14, -0x1.0da72643bc326p-16};
static const float tanh_f32[] = {
    -0x1.555532p-2f, 0x1.110718p-3f, -0x1.b83c88p-5f, 0x1.522760p-6f, -0x1.75e43ap-8f};

// (log((1 + s) / (1 - s)) / s - 2) / s² in s², for 1/√2 ≤ (1 + s) / (1 - s) ≤ √2
static const double log_f64[] = {
    0x1.5555555555593p-1, 0x1.999999997fb31p-2, 0x1.2492494217a15p-2, 0x1.c71c51e7f7590p-3,
    0x1.7466462c9394cp-3, 0x1.39a0f5012195fp-3, 0x1.2f0d8ea940b60p-3};
static const float log_f32[] = {0x1.55557ap-1f, 0x1.995e9ap-2f, 0x1.31e68ap-2f};

// (sin(r) / r - 1) / r² and (cos(r) - 1 + r²/2) / r⁴ in r², for |r| ≤ π/4; the short ones serve f32
static const double sin_f64[] = {
    -0x1.5555555555548p-3, 0x1.111111110f740p-7,   -0x1.a01a019be89fap-13,
    0x1.71de3552d4bb3p-19, -0x1.ae5e486433cc5p-26, 0x1.5d8a194109cb5p-33};
static const double cos_f64[] = {
    0x1.555555555554bp-5,   -0x1.6c16c16c1502cp-10, 0x1.a01a019c8f481p-16,
    -0x1.27e4f7f00925bp-22, 0x1.1ee9d9ac49657p-29,  -0x1.8fa4ddc7ad45ap-37};
static const double sin_f32[] = {-0x1.5555452068e54p-3, 0x1.11072ebb9ff85p-7, -0x1.993d6b6dcb042p-13};
static const double cos_f32[] = {0x1.55554a6417dabp-5, -0x1.6c0c583b34aecp-10, 0x1.99f2fdcf66fc5p-16};

// erf(x) / x - 1 in x², for |x| ≤ 1
static const double erf_near_f64[] = {
    0x1.06eba8214db68p-3,   -0x1.812746b0379bdp-2, 0x1.ce2f21a040d21p-4,   -0x1.b82ce311fab6fp-6,
    0x1.565bccf92eaadp-8,   -0x1.c02db03e3cd72p-11, 0x1.f9a2bab00ed8ep-14, -0x1.f4ca4dbca9a02p-17,
    0x1.b97fd5d5cea58p-20,  -0x1.5c072df7c0e9ep-23, 0x1.d71b21cf3dcd1p-27, -0x1.abae353b8c9f6p-31};
static const float erf_near_f32[] = {0x1.06eba8p-3f, -0x1.81273ep-2f, 0x1.ce2cf8p-4f, -0x1.b7f910p-6f,
                                     0x1.5405bep-8f, -0x1.a3f71ep-11f, 0x1.496a12p-14f};

// (1 - erf(x)) exp(x²) in (x - 2) / (x + 2), for x from 1 to where erf rounds to 1
static const double erf_far_f64[] = {
    0x1.058671b52c776p-2,  -0x1.b57034efd3f56p-2, 0x1.eeea7dc8a790bp-3,   -0x1.437f0b68ccc3fp-4,
    0x1.e947158adc6efp-9,  0x1.ca95ed86409c5p-8,  -0x1.bc258dc52b27bp-11, -0x1.016b537531e75p-10,
    0x1.6d353155100d9p-15, 0x1.6d8269312f459p-13, 0x1.cf70ae1396cf1p-16,  -0x1.be7779992a9b0p-16,
    -0x1.a84409be62ef1p-17};
static const float erf_far_f32[] = {0x1.058672p-2f,  -0x1.b57036p-2f, 0x1.eeea02p-3f,
                                    -0x1.4387c6p-4f, 0x1.e8dd40p-9f,  0x1.d8ae82p-8f};

// (1 - Φ(z)) exp(z²/2) (z + k) in (z - k) / (z + k), for z from 0.7 to where z (1 - Φ(z)) rounds to 0; Φ is the
// distribution function of the normal law, k is 6
static const double normal_tail_f64[] = {
    0x1.8e010d2b8a0eap-1, -0x1.66eaa7d09640fp-1, 0x1.234fe3fd925bep-1, -0x1.a7d6577269bcbp-2,
    0x1.1267d7383da5fp-2, -0x1.38b069dbb61fbp-3, 0x1.33e7777601bf5p-4, -0x1.fba9d52f5e9f1p-6,
    0x1.48a83bd1a02edp-7, -0x1.1764cdbab42f3p-9, 0x1.13bbd3a34fe04p-15, 0x1.7c5745d745b49p-13,
    -0x1.0f96ed0efc286p-14, 0x1.207b1b55261bcp-20, 0x1.c818113111389p-18, -0x1.e28c5946a3206p-20,
    -0x1.cd1b4338ab864p-22, 0x1.4a20265279ed9p-22, 0x1.feb6e9c84f8ebp-28, -0x1.5e07caf40bb0dp-25,
    0x1.13cddcfed926cp-29, 0x1.1163ec6a87e8dp-28};

#endif
