// The gamma function and the logarithm of its size.
//
// Up to 10 the argument is brought to 1.5 … 2.5, where a polynomial gives the logarithm, by
// Γ(x + 1) = x Γ(x); above it is Stirling's series with the same digits; below -10 by the reflection
// Γ(x) Γ(-x) = -π / (x sin(πx)). The logarithm has two zeros between most neighbouring poles. Near one, x₀, it is
// computed as log|Γ(x) / Γ(x₀)|, of which every part is proportional to x - x₀.

#include "CVector.h"
#include "twofold.h"

/// (log Γ(2 + z) - (1 - γ) z - (ζ(2) - 1) / 2 z²) / z³ for |z| ≤ 0.5: minimax, found by exchange in 70 digits and
/// rounded.
static const double near_terms[] = {
    -0x1.13e001a557607p-4, 0x1.51322ac7d8484p-6, -0x1.e404fc218f369p-8, 0x1.7add6eadb6548p-9,
    -0x1.38ac5c2c3c31ep-10, 0x1.0b36af86b88b4p-11, -0x1.d3fd4c20e2877p-13, 0x1.a127b06e080b7p-14,
    -0x1.78de7745983e4p-15, 0x1.580df3639a85bp-16, -0x1.3cb7aef20a023p-17, 0x1.2591bd2ecf7b4p-18,
    -0x1.1236157753c0cp-19, 0x1.00f70e52ca2a6p-20, -0x1.d28efcba92b0dp-22, 0x1.b6d0ca6f64ceap-23,
    -0x1.17de5c358b7cbp-23, 0x1.0cfcb6cd84bc7p-24};
static const Twofold near_slope = {0x1.b0ee6072093cep-2, 0x1.6cb90701fbfabp-58};
static const Twofold near_curvature = {0x1.4a34cc4a60fa6p-2, 0x1.1873d8912200cp-56};

/// y (log Γ(y) - (y - 1/2) log(y) + y - log(2π) / 2) in 1/y², for y ≥ 10, found likewise.
static const double far_terms[] = {
    0x1.5555555555555p-4,  -0x1.6c16c16c16989p-9, 0x1.a01a019c1421bp-11, -0x1.381377b159d22p-11,
    0x1.b9471a7ba0644p-11, -0x1.f382b7abfaf3cp-10, 0x1.682ef5705de2bp-8};
static const Twofold half_log_2_pi = {0x1.d67f1c864beb5p-1, -0x1.65b5a1b7ff5dfp-55};

/// The zeros of log|Γ|, and what their rounding lost; those beyond are not near any f64.
static const double zeros[][2] = {
    {-0x1.3a7fc9600f86cp+1, -0x1.55f64f98af8d0p-55}, {-0x1.5fb410a1bd901p+1, 0x1.a19a96d2e6f85p-54},
    {-0x1.9260dbc9e59afp+1, -0x1.f717cd335a7b3p-53},
    {-0x1.fa471547c2fe5p+1, -0x1.70d4561291237p-56}, {-0x1.0284e78599581p+2, 0x1.e78c1e9e43cfep-53},
    {-0x1.3f7577a6eeafdp+2, 0x1.5de5eab7f12cfp-53}, {-0x1.4086a57f0b6d9p+2, -0x1.95262b72ca9cap-55},
    {-0x1.7fe92f591f40dp+2, -0x1.7dd4ed62cbd32p-52}, {-0x1.8016b25897c8dp+2, 0x1.27e0f49a4ba72p-54},
    {-0x1.bffcbf76b86f0p+2, 0x1.853b29347b806p-57}, {-0x1.c0033fdedfe1fp+2, 0x1.20bb7d2324678p-52},
    {-0x1.ffff97f8159cfp+2, -0x1.e54f415a91586p-55}, {-0x1.000034028b3f9p+3, -0x1.f60cb3cec1cedp-52},
    {-0x1.1ffffa3884bd0p+3, -0x1.ff90c9d2ae925p-53}, {-0x1.200005c7768fbp+3, -0x1.b5b610ffb70d4p-54},
    {-0x1.3fffff6c0d7c0p+3, 0x1.197cea8c42d7dp-51}, {-0x1.40000093f2777p+3, -0x1.927b45d95e154p-52},
    {-0x1.5ffffff28cdd4p+3, 0x1.c9924a65aa486p-53}, {-0x1.6000000d7322ap+3, -0x1.8aecb2d37ff52p-51},
    {-0x1.7ffffffee1127p+3, -0x1.ce1f7906b30f5p-54}, {-0x1.800000011eed9p+3, 0x1.19d5307e1fb5ep-53},
    {-0x1.9fffffffe9edcp+3, 0x1.84f40342d001cp-51}, {-0x1.a000000016124p+3, -0x1.84e03341ee8ddp-51},
    {-0x1.bffffffffe6c7p+3, 0x1.d2a30f3dae0fbp-51}, {-0x1.c000000001939p+3, -0x1.d2a2f4a73af63p-51},
    {-0x1.dfffffffffe52p+3, 0x1.fcf9ccfd8867ep-51}, {-0x1.e0000000001aep+3, -0x1.fcf9ccde87210p-51},
    {-0x1.fffffffffffe5p+3, -0x1.80c18cc43ea26p-53}, {-0x1.000000000000dp+4, -0x1.cfe7ce6768509p-50},
    {-0x1.0ffffffffffffp+4, -0x1.ab4e23f3d49f1p-51}, {-0x1.1000000000001p+4, 0x1.ab4e23f3d4bbcp-51}};

/// log Γ(x₀), where Γ(x) is Γ(x₀) times or divided by the product; 1.5 ≤ x₀ ≤ 2.5. For |x| < 10.
TWOFOLD Twofold near_log_gamma(double x, Twofold *product, bool *divide) {
  Twofold p = {1, 0}, z = {x - 2, 0};
  *divide = x < 1.5;
  if (x > 2.5) {
    while (x > 2.5) {
      x -= 1;
      p = times(p, (Twofold){x, 0});
    }
    z.high = x - 2;
  } else if (x < 1.5) {
    Twofold y = {x, 0};
    p = y;
    double steps = 1;
    for (y = exact_sum(x, 1); y.high < 1.5; y = exact_sum(x, steps)) {
      p = times(p, y);
      steps += 1;
    }
    z = exact_sum(x, steps - 2);
  }
  *product = p;
  // z (slope + curvature z), since near 1.5 much of the one is lost to the other.
  Twofold curve = times(near_curvature, z);
  Twofold sum = quick_sum(near_slope.high, curve.high);
  Twofold line = times(z, quick_sum(sum.high, sum.low + (near_slope.low + curve.low)));
  double cube = z.high * z.high * z.high;
  sum = quick_sum(line.high, cube * SERIES(near_terms, z.high));
  return quick_sum(sum.high, sum.low + line.low);
}

/// log Γ(y) for 10 ≤ y < 2⁶⁰.
TWOFOLD Twofold far_log_gamma(double y) {
  Twofold logarithm = twofold_log(y), half_less = exact_sum(y, -0.5);
  Twofold main = exact_product(half_less.high, logarithm.high);
  Twofold less = quick_sum(main.high, -y), sum = quick_sum(less.high, half_log_2_pi.high);
  double inverse = 1 / y;
  double low = inverse * SERIES(far_terms, inverse * inverse) + (half_log_2_pi.low + sum.low + less.low);
  low += main.low + (half_less.high * logarithm.low + half_less.low * logarithm.high);
  return quick_sum(sum.high, low);
}

/// |x sin(πx)|, for x ≤ -10 that is not whole.
TWOFOLD Twofold reflected(double x) {
  double size = magnitude(x);
  double nearest = (size + 0x1p52) - 0x1p52, rest = magnitude(size - nearest);
  bool far = rest > 0.25;
  Twofold angle = times(twofold_pi, (Twofold){far ? 0.5 - rest : rest, 0});
  Twofold sine, cosine;
  twofold_sine_and_cosine(angle.high, angle.low, &sine, &cosine);
  return times((Twofold){size, 0}, far ? cosine : sine);
}

static bool is_whole(double x) {
  double size = magnitude(x);
  return size >= 0x1p52 || (size + 0x1p52) - 0x1p52 == size;
}

/// Γ is negative between a negative odd number and the next.
static bool gamma_is_negative(double x) {
  double size = -x, nearest = (size + 0x1p52) - 0x1p52;
  double above = nearest < size ? nearest + 1 : nearest;
  return to_bits(above + 0x1p52) & 1;
}

double vector_gamma_f64(double x) {
  double infinity = __builtin_inf();
  if (!(magnitude(x) < infinity)) return x > 0 ? x : NOT_A_NUMBER;
  if (magnitude(x) < 0x1p-60) return 1 / x;
  if (x < 0 && is_whole(x)) return NOT_A_NUMBER;
  if (x > 172) return infinity;
  if (x < -190) return gamma_is_negative(x) ? -0.0 : 0;
  int n;
  if (x > -10 && x < 10) {
    Twofold product;
    bool divide;
    Twofold value = twofold_exp(near_log_gamma(x, &product, &divide), &n);
    double scale = of_bits((uint64_t)(1023 + n) << 52);
    value = (Twofold){value.high * scale, value.low * scale};
    value = divide ? over(value, product) : times(value, product);
    return value.high + value.low;
  }
  if (x > 0) {
    Twofold value = twofold_exp(far_log_gamma(x), &n);
    return twofold_scaled(value, n);
  }
  Twofold logarithm = far_log_gamma(-x);
  Twofold value = twofold_exp((Twofold){-logarithm.high, -logarithm.low}, &n);
  double y = twofold_scaled(times(value, over(twofold_pi, reflected(x))), n);
  return gamma_is_negative(x) ? -y : y;
}

/// log(1 + e) for |e| < 1/2.
static Twofold log_of_one_and(Twofold e) {
  if (magnitude(e.high) < 0x1p-30) {
    double square = e.high * e.high;
    return quick_sum(e.high, e.low - square * (0.5 - e.high / 3));
  }
  return twofold_log_of(plus((Twofold){1, 0}, e));
}

/// log|Γ(x)| near the zero x₀. With y = x + n of at least 10, and the same for x₀, Γ(y) / Γ(y₀) is by Stirling's
/// formula, and the products of what lies between are 1 + e times each other.
static Twofold log_gamma_near_zero(double x, Twofold zero) {
  Twofold d = exact_sum(x, -zero.high);
  d = exact_sum(d.high, d.low - zero.low);
  Twofold e = {0, 0};
  Twofold place = zero;
  while (place.high < 10) {
    Twofold t = over(d, place);
    e = plus(e, plus(t, times(e, t)));
    place = plus(place, (Twofold){1, 0});
  }
  // (y - 1/2) log(y) - y less the same at y₀ is d (log(y₀) - 1) + (y - 1/2) log(y / y₀).
  Twofold y = plus(place, d);
  Twofold slope = minus(twofold_log_of(place), (Twofold){1, 0});
  Twofold value = plus(
      times(d, slope), times(plus(y, (Twofold){-0.5, 0}), log_of_one_and(over(d, place))));
  // The series: a difference of two polynomials by divided differences.
  double u = 1 / y.high, v = 1 / place.high;
  double step = -d.high * u * v, w = u * u, w0 = v * v;
  int last = sizeof far_terms / sizeof *far_terms - 1;
  double sum = far_terms[last], difference = 0;
  for (int i = last - 1; i >= 0; i--) {
    difference = difference * w0 + sum;
    sum = sum * w + far_terms[i];
  }
  double rest = step * (sum + v * (u + v) * difference);
  value = plus(value, (Twofold){rest, 0});
  return minus(value, log_of_one_and(e));
}

double vector_lgamma_f64(double x) {
  double size = magnitude(x), infinity = __builtin_inf();
  if (!(size < infinity)) return size == infinity ? infinity : NOT_A_NUMBER;
  if (size == 0 || (x < 0 && is_whole(x))) return infinity;
  Twofold y;
  if (size < 0x1p-60) {
    y = twofold_log(size);
    return -(y.high + y.low);
  }
  if (size < 10) {
    Twofold product;
    bool divide;
    y = near_log_gamma(x, &product, &divide);
    if (product.high < 0) product = (Twofold){-product.high, -product.low};
    if (product.high != 1 || product.low != 0) {
      Twofold logarithm = twofold_log_of(product);
      y = divide ? minus(y, logarithm) : plus(y, logarithm);
    }
  } else if (x >= 0x1p60) {
    // The rest is below the last place. Scaled, because products with more digits may not be near the end.
    y = times((Twofold){x * 0x1p-60, 0}, minus(twofold_log(x), (Twofold){1, 0}));
    return (y.high + y.low) * 0x1p60;
  } else if (x > 0) {
    y = far_log_gamma(x);
  } else {
    y = minus(twofold_log_of(over(twofold_pi, reflected(x))), far_log_gamma(size));
  }
  // Where the terms cancel, again by its zeros.
  if (x < -2 && magnitude(y.high) < 0.125) {
    int nearest = 0;
    for (int i = 1; i < (int)(sizeof zeros / sizeof *zeros); i++)
      if (magnitude(x - zeros[i][0]) < magnitude(x - zeros[nearest][0])) nearest = i;
    y = log_gamma_near_zero(x, (Twofold){zeros[nearest][0], zeros[nearest][1]});
  }
  return y.high + y.low;
}
