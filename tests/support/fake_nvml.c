// A driver library with two GPUs: the first has used 1000 mJ more at each look and does not answer
// after the eighth, the second has no counter.
static int devices[2];
enum { kAnswers = 8 };
static int looks;

int nvmlInit_v2(void) { return 0; }
int nvmlShutdown(void) { return 0; }
int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = 2;
  return 0;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  *device = &devices[index];
  return 0;
}
int nvmlDeviceGetName(void* device, char* name, unsigned length) {
  const char text[] = "Fake GPU";
  (void)device;
  for (unsigned i = 0; i < sizeof text && i < length; ++i) name[i] = text[i];
  return 0;
}
int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* millijoules) {
  if (device != &devices[0] || looks == kAnswers) return 3;
  *millijoules = 5000 + 1000ULL * (unsigned)looks++;
  return 0;
}
