#!/bin/bash
. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/web-lib.sh"
chmod 755 "$work"
make_pair first
start_lab 3 ${BACK:-9}
web_in=("$uturn_lab" run target)
limits="limit 1000000/s per-prober
limit 1000000/s per-network
limit 1000000/s total"
config "inband on"; cat $work/uturnd.conf
start_uturnd "inband on"
start_web "listen [::]:80
listen [::]:443 tls
certificate $work/first.crt
key $work/first.key
resolve no
user root
limit 1000000/m traces-per-prefix
limit 1000000/m traces
limit 5000 connections-per-prefix
limit 5000 connections"
sleep 0.3
pid=$(pgrep -f "uturn-web -f $work/web.conf" | tail -1)
mem() { grep -E "VmRSS|VmHWM" /proc/$pid/status | tr '\n' ' '; }
echo "# idle: $(mem)"
cat > $work/crowd.py <<'PY'
import re, asyncio, sys, time, json, ssl
host, port, n, mode = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
ctx=None
if port==443:
    ctx=ssl.create_default_context(); ctx.check_hostname=False; ctx.verify_mode=ssl.CERT_NONE
async def main():
    conns=[]
    for i in range(0,n,50):
        conns+=await asyncio.gather(*[asyncio.open_connection(host,port,ssl=ctx) for _ in range(min(50,n-i))])
    print("# connected", flush=True)
    if mode=="idle":
        await asyncio.sleep(10); return
    t0=time.time(); took=[]; bad=0; ends={}; probes=[]
    async def one(r,w):
        nonlocal bad
        w.write(b"GET /json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        data=await r.read(-1)
        took.append(time.time()-t0)
        if b'"end":"reached"' not in data:
            bad+=1
            m=re.search(rb'"end":"([a-z-]+)"|"error":"[^"]*"',data); ends[m.group(0) if m else data[-100:]]=ends.get(m.group(0) if m else data[-100:],0)+1
        else:
            m=re.search(rb'"probes":(\d+)',data); probes.append(int(m.group(1)))
    await asyncio.gather(*[one(r,w) for r,w in conns])
    took.sort()
    print("# %d: first %.2f median %.2f last %.2f s, %d bad, probes %s..%s"%(n,took[0],took[len(took)//2],took[-1],bad,min(probes or [0]),max(probes or [0])), ends, flush=True)
asyncio.run(main())
PY
ulimit -n 8192
"$uturn_lab" run prober python3 $work/crowd.py $target4 443 400 idle & 
sleep 12; echo "# 400 idle TLS: $(mem)"; wait $!
for port in 80 80; do
echo "# before $port: $(mem)"
"$uturn_lab" run prober python3 $work/crowd.py $target4 $port 1000 trace
echo "# after $port: $(mem)"
done
for n in 100; do
"$uturn_lab" run prober python3 $work/crowd.py $target4 80 $n trace
done
ok crowd
