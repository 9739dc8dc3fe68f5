package io.github.kruiseinstaller.testkit.internal.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** Reads one message on the wire, field by field; each must be read or skipped. */
final class ProtobufReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private final byte[] bytes;
  private final int end;
  private int at;
  private int field;
  private int wire;

  ProtobufReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** Goes to the next field; false at the end. */
  boolean next() {
    if (at >= end) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    wire = (int) (tag & 7);
    return true;
  }

  /** Its number. */
  int field() {
    return field;
  }

  /** As a whole number. */
  long number() {
    expect(VARINT);
    return varint();
  }

  /** As bytes. */
  byte[] bytes() {
    int length = length();
    byte[] value = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return value;
  }

  /** As text. */
  String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  /** As a message. */
  ProtobufReader message() {
    int length = length();
    ProtobufReader message = new ProtobufReader(bytes, at, at + length);
    at += length;
    return message;
  }

  /** Passes over it. */
  void skip() {
    switch (wire) {
      case VARINT -> varint();
      case FIXED64 -> at += Long.BYTES;
      case LENGTH -> bytes();
      case FIXED32 -> at += Integer.BYTES;
      default -> throw new IllegalArgumentException("proto: illegal wireType " + wire);
    }
  }

  private int length() {
    expect(LENGTH);
    long length = varint();
    return Objects.checkIndex((int) Math.min(length, Integer.MAX_VALUE - 1), end - at + 1);
  }

  private void expect(int wanted) {
    if (wire != wanted) {
      throw new IllegalArgumentException("proto: wrong wireType = " + wire + " for field " + field);
    }
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = bytes[Objects.checkIndex(at++, end)];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("proto: integer overflow");
  }
}
