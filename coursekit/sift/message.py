"""What SIFT says where it finds nothing."""

NO_FEATURES = (
    "SIFT found no features: expected a picture with more contrast between neighbouring pixels"
)
NOTHING_DETECTED = "no keypoints yet: call detect first, or detect_and_extract"
