/* An empty library: mediasoup names one here, but only for a target that we do not build. */
