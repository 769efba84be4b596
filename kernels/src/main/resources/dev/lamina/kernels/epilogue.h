// FINISH(v, at): the value that is stored for the sum v, `at` being its column or channel. With EPILOGUE, a function
// f(sum, bias, result) of the sum and the bias there, which the text begins with; otherwise the sum.
#ifdef EPILOGUE
DEVICE T finish(T v, T bias) {
  T r;
  f(v, bias, &r);
  return r;
}
#define BIAS_PARAMETERS , GLOBAL const T *RESTRICT bias, int biasAt
#define FINISH(v, at) finish((v), bias[biasAt + (at)])
#else
#define BIAS_PARAMETERS
#define FINISH(v, at) (v)
#endif
