;; ITU-T G.711 mu-law: a byte holds a sample of 14 bits. Tiles of bytes to and from binary64.
;; (dst, src, count): addresses are bytes; any count, 0 included; no alignment may be assumed.
(module
  (import "env" "memory" (memory 0))

  (func (export "decode") (param $dst i32) (param $src i32) (param $count i32)
    (local $code i32) (local $x i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        ;; All bits are sent inverted.
        (local.set $code (i32.xor (i32.load8_u (local.get $src)) (i32.const 255)))
        ;; x = ((mantissa + 16.5) << exponent) - 16.5, doubled to stay whole
        (local.set $x
          (i32.sub
            (i32.shl
              (i32.add (i32.shl (i32.and (local.get $code) (i32.const 15)) (i32.const 1)) (i32.const 33))
              (i32.and (i32.shr_u (local.get $code) (i32.const 4)) (i32.const 7)))
            (i32.const 33)))
        (f64.store (local.get $dst)
          (f64.copysign
            (f64.convert_i32_s (local.get $x))
            (select (f64.const -1) (f64.const 1) (i32.and (local.get $code) (i32.const 128)))))
        (local.set $dst (i32.add (local.get $dst) (i32.const 8)))
        (local.set $src (i32.add (local.get $src) (i32.const 1)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next))))

  (func (export "encode") (param $dst i32) (param $src i32) (param $count i32)
    (local $value f64) (local $x i32) (local $exponent i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $value (f64.load (local.get $src)))
        ;; The magnitude, clipped to 14 bits, with the bias that makes every segment a power of two.
        (local.set $x
          (i32.add
            (i32.trunc_sat_f64_u
              (f64.min (f64.nearest (f64.abs (local.get $value))) (f64.const 8158)))
            (i32.const 33)))
        (local.set $exponent (i32.sub (i32.const 26) (i32.clz (local.get $x))))
        (i32.store8 (local.get $dst)
          (i32.xor (i32.const 255)
            (i32.or
              (select (i32.const 128) (i32.const 0)
                (i64.lt_s (i64.reinterpret_f64 (local.get $value)) (i64.const 0)))
              (i32.or
                (i32.shl (local.get $exponent) (i32.const 4))
                (i32.and
                  (i32.shr_u (local.get $x) (i32.add (local.get $exponent) (i32.const 1)))
                  (i32.const 15))))))
        (local.set $dst (i32.add (local.get $dst) (i32.const 1)))
        (local.set $src (i32.add (local.get $src) (i32.const 8)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))))
