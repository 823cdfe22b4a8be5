"""Dated examples of counting, 2024-2027, each with its source in words; 2027 is provisional: rules only, no notice yet.

Columns: calendar | way or policy | start | n | last day | source. Calendars: CC công chức, DN doanh nghiệp, TH trường.
"""

YEAR_2027 = """
[[year]]
year = 2027
provisional = true
source = "BLLĐ 2019 Điều 112; Tết Đinh Mùi mùng 1 là 06/02/2027, Giỗ Tổ 10/3 âm lịch là 16/4/2027"
off = [
  { on = 2027-01-01, name = "Tết Dương lịch" },
  { from = 2027-02-04, to = 2027-02-10, name = "Tết Nguyên đán Đinh Mùi" },
  { on = 2027-04-16, name = "Giỗ Tổ Hùng Vương" },
  { from = 2027-04-30, to = 2027-05-01, name = "30/4 và 1/5" },
  { on = 2027-05-03, name = "nghỉ bù 1/5" },
  { from = 2027-09-02, to = 2027-09-03, name = "Quốc khánh" },
  { on = 2027-11-24, name = "Ngày Văn hóa Việt Nam" },
]
"""

EXAMPLES = """
CC | cong_ngay_lam_viec | 02/01/2024 |  5 | 09/01/2024 | Đ147: ngày đầu không tính; qua một cuối tuần
CC | cong_ngay_lam_viec | 07/02/2024 |  1 | 15/02/2024 | Thông báo 2024: nghỉ Tết Giáp Thìn 08/02-14/02
CC | cong_ngay_lam_viec | 05/02/2024 |  5 | 19/02/2024 | Thông báo 2024: hai ngày trước Tết, ba ngày sau Tết
CC | cong_ngay_lam_viec | 10/02/2024 |  1 | 15/02/2024 | T59: thư đến đúng mùng 1 Tết
CC | cong_ngay_lam_viec | 12/02/2024 |  3 | 19/02/2024 | T59: bắt đầu trong Tết, qua một cuối tuần
CC | cong_ngay_lam_viec | 28/02/2024 |  1 | 29/02/2024 | năm nhuận: 29/02/2024 là thứ Năm, ngày làm việc
CC | cong_ngay_lam_viec | 28/02/2024 |  2 | 01/03/2024 | năm nhuận: qua ngày 29/02
CC | cong_ngay_lam_viec | 29/02/2024 |  5 | 07/03/2024 | năm nhuận: bắt đầu từ ngày 29/02
CC | cong_ngay_lam_viec | 28/02/2025 |  1 | 03/03/2025 | năm không nhuận: 28/02/2025 là thứ Sáu
CC | cong_ngay_lam_viec | 17/04/2024 |  1 | 19/04/2024 | Giỗ Tổ 10/3 âm lịch năm 2024 là 18/4, thứ Năm
CC | cong_ngay_lam_viec | 26/04/2024 |  1 | 02/05/2024 | Thông báo 2024: 29/4 nghỉ hoán đổi, liền 30/4 và 1/5
CC | cong_ngay_lam_viec | 26/04/2024 |  3 | 04/05/2024 | Thông báo 2024: thứ Bảy 04/5 làm bù ngày 29/4
CC | cong_ngay_lam_viec | 26/04/2024 |  4 | 06/05/2024 | Thông báo 2024: sau ngày làm bù 04/5
CC | cong_ngay_lam_viec | 03/05/2024 |  1 | 04/05/2024 | Thông báo 2024: ngày làm việc kế tiếp là thứ Bảy làm bù
CC | cong_ngay_lam_viec | 27/04/2024 |  1 | 02/05/2024 | T59: bắt đầu vào thứ Bảy trước kỳ nghỉ
CC | cong_ngay_lam_viec | 30/08/2024 |  1 | 04/09/2024 | Thông báo 2024: Quốc khánh nghỉ 31/8-03/9
CC | cong_ngay_lam_viec | 27/08/2024 |  5 | 05/09/2024 | Thông báo 2024: ba ngày trước, hai ngày sau Quốc khánh
CC | cong_ngay_lam_viec | 01/09/2024 |  1 | 04/09/2024 | T59: bắt đầu trong kỳ nghỉ Quốc khánh
CC | cong_ngay_lam_viec | 31/12/2024 |  1 | 02/01/2025 | qua năm: 01/01/2025 nghỉ Tết Dương lịch
CC | cong_ngay_lam_viec | 24/01/2025 |  1 | 03/02/2025 | Thông báo 2025: nghỉ Tết Ất Tỵ 25/01-02/02
CC | cong_ngay_lam_viec | 20/01/2025 |  5 | 03/02/2025 | Thông báo 2025: ngày thứ năm rơi sau Tết
CC | cong_ngay_lam_viec | 29/01/2025 |  3 | 05/02/2025 | T59: bắt đầu từ mùng 1 Tết
CC | cong_ngay_lam_viec | 25/01/2025 |  5 | 07/02/2025 | T59: bắt đầu vào thứ Bảy, cũng là ngày đầu kỳ nghỉ Tết
CC | cong_ngay_lam_viec | 04/04/2025 |  1 | 08/04/2025 | Giỗ Tổ 10/3 âm lịch năm 2025 là 07/4, thứ Hai
CC | cong_ngay_lam_viec | 25/04/2025 |  1 | 26/04/2025 | Thông báo 2025: thứ Bảy 26/4 làm bù ngày 02/5
CC | cong_ngay_lam_viec | 24/04/2025 |  5 | 05/05/2025 | Thông báo 2025: có ngày làm bù 26/4, bỏ 30/4-04/5
CC | cong_ngay_lam_viec | 26/04/2025 |  1 | 28/04/2025 | Thông báo 2025: bắt đầu vào ngày làm bù
CC | cong_ngay_lam_viec | 29/04/2025 |  1 | 05/05/2025 | Thông báo 2025: thứ Sáu 02/5 nghỉ hoán đổi
CC | cong_ngay_lam_viec | 03/05/2025 |  5 | 09/05/2025 | T59: bắt đầu vào thứ Bảy trong kỳ nghỉ
CC | cong_ngay_lam_viec | 29/08/2025 |  1 | 03/09/2025 | Thông báo 2025: Quốc khánh nghỉ 30/8-02/9
CC | cong_ngay_lam_viec | 28/08/2025 |  3 | 04/09/2025 | Thông báo 2025: qua kỳ nghỉ Quốc khánh
CC | cong_ngay_lam_viec | 18/10/2025 |  1 | 20/10/2025 | T59: giao phiếu vào thứ Bảy thì ngày thứ nhất là thứ Hai
CC | cong_ngay_lam_viec | 30/10/2025 |  3 | 04/11/2025 | hạn báo cáo năm của Kế hoạch 2025: báo trưởng phòng sau 3 ngày
CC | cong_ngay_lam_viec | 30/10/2025 |  7 | 10/11/2025 | hạn báo cáo năm của Kế hoạch 2025: báo phó chủ tịch sau 7 ngày
CC | cong_ngay_lam_viec | 31/12/2025 |  1 | 05/01/2026 | qua năm: 02/01/2026 nghỉ hoán đổi với thứ Bảy 10/01
CC | cong_ngay_lam_viec | 05/01/2026 |  5 | 10/01/2026 | Thông báo 2026: thứ Bảy 10/01 làm bù ngày 02/01
CC | cong_ngay_lam_viec | 13/02/2026 |  1 | 23/02/2026 | Thông báo 2026: nghỉ Tết Bính Ngọ 14/02-22/02
CC | cong_ngay_lam_viec | 17/02/2026 |  2 | 24/02/2026 | T59: bắt đầu từ mùng 1 Tết
CC | cong_ngay_lam_viec | 24/04/2026 |  1 | 28/04/2026 | Giỗ Tổ 26/4/2026 là Chủ nhật, thứ Hai 27/4 nghỉ bù (BLLĐ Đ111)
CC | cong_ngay_lam_viec | 29/04/2026 |  1 | 04/05/2026 | 30/4 thứ Năm, 1/5 thứ Sáu, rồi cuối tuần
CC | cong_ngay_lam_viec | 21/08/2026 |  1 | 22/08/2026 | Thông báo 2026: thứ Bảy 22/8 làm bù ngày 31/8
CC | cong_ngay_lam_viec | 20/08/2026 |  5 | 26/08/2026 | Thông báo 2026: đếm cả thứ Bảy làm bù
CC | cong_ngay_lam_viec | 28/08/2026 |  1 | 03/09/2026 | Thông báo 2026: Quốc khánh nghỉ 29/8-02/9
CC | cong_ngay_lam_viec | 23/11/2026 |  1 | 25/11/2026 | Ngày Văn hóa Việt Nam 24/11/2026
CC | cong_ngay_lam_viec | 31/12/2026 |  1 | 04/01/2027 | qua năm: 01/01/2027 là thứ Sáu
CC | cong_ngay_lam_viec | 03/02/2027 |  1 | 11/02/2027 | tạm tính 2027: nghỉ Tết Đinh Mùi 04/02-10/02
CC | cong_ngay_lam_viec | 06/02/2027 |  5 | 17/02/2027 | tạm tính 2027, T59: bắt đầu từ mùng 1 Tết
CC | cong_ngay_lam_viec | 15/04/2027 |  1 | 19/04/2027 | tạm tính 2027: Giỗ Tổ 10/3 âm lịch là thứ Sáu 16/4
CC | cong_ngay_lam_viec | 29/04/2027 |  1 | 04/05/2027 | tạm tính 2027: 1/5 là thứ Bảy, thứ Hai 03/5 nghỉ bù
CC | cong_ngay_lam_viec | 01/09/2027 |  1 | 06/09/2027 | tạm tính 2027: Quốc khánh thứ Năm, thứ Sáu, rồi cuối tuần
CC | cong_ngay_lam_viec | 23/11/2027 |  1 | 25/11/2027 | tạm tính 2027: Ngày Văn hóa Việt Nam
CC | truoc_ngay_lam_viec | 31/10/2025 | 5 | 24/10/2025 | nhắc trước 5 ngày làm việc, qua một cuối tuần
CC | truoc_ngay_lam_viec | 03/02/2025 | 1 | 24/01/2025 | Thông báo 2025: lùi qua Tết Ất Tỵ
CC | truoc_ngay_lam_viec | 05/02/2025 | 5 | 22/01/2025 | báo cáo tự kiểm tra gửi 5 ngày làm việc trước ngày đoàn đến
CC | truoc_ngay_lam_viec | 05/05/2025 | 1 | 29/04/2025 | Thông báo 2025: lùi qua 30/4-04/5
CC | truoc_ngay_lam_viec | 28/04/2025 | 1 | 26/04/2025 | Thông báo 2025: ngày làm bù là ngày làm việc liền trước
CC | truoc_ngay_lam_viec | 15/02/2024 | 1 | 07/02/2024 | Thông báo 2024: lùi qua Tết Giáp Thìn
CC | truoc_ngay_lam_viec | 06/05/2024 | 1 | 04/05/2024 | Thông báo 2024: thứ Bảy làm bù
CC | truoc_ngay_lam_viec | 05/01/2026 | 1 | 31/12/2025 | lùi qua năm
CC | truoc_ngay_lam_viec | 23/02/2026 | 5 | 09/02/2026 | Thông báo 2026: lùi qua Tết Bính Ngọ
CC | truoc_ngay_lam_viec | 24/08/2026 | 1 | 22/08/2026 | Thông báo 2026: thứ Bảy làm bù
CC | truoc_ngay_lam_viec | 04/01/2027 | 5 | 25/12/2026 | lùi qua năm và qua một cuối tuần
CC | truoc_ngay_lam_viec | 11/02/2027 | 1 | 03/02/2027 | tạm tính 2027: lùi qua Tết Đinh Mùi
CC | truoc_ngay | 31/10/2025 | 1 | 30/10/2025 | Kế hoạch 2025 III.1: “trước ngày 31/10” là hết thứ Năm 30/10
CC | truoc_ngay | 31/10/2026 | 1 | 30/10/2026 | “trước ngày 31/10” năm 2026 là hết thứ Sáu
CC | truoc_ngay | 31/10/2027 | 1 | 30/10/2027 | “trước ngày 31/10” năm 2027 là hết thứ Bảy
CC | truoc_ngay | 01/03/2024 | 1 | 29/02/2024 | năm nhuận
CC | truoc_ngay | 01/03/2025 | 1 | 28/02/2025 | năm không nhuận
CC | truoc_ngay | 01/01/2026 | 1 | 31/12/2025 | qua năm
CC | truoc_ngay | 15/12/2025 | 1 | 14/12/2025 | chế độ báo cáo: 14/12/2025 là Chủ nhật
CC | truoc_ngay | 20/06/2025 | 7 | 13/06/2025 | Luật 72/2025 Đ43: thông báo đối thoại ít nhất 7 ngày trước
CC | den_het_ngay | 31/10/2026 | 1 | 31/10/2026 | “đến hết ngày 31/10” gồm cả thứ Bảy 31/10
CC | den_het_ngay | 29/02/2024 | 1 | 29/02/2024 | năm nhuận
CC | cong_ngay | 01/04/2025 | 10 | 11/04/2025 | Đ147: ngày đầu không tính, ngày nghỉ ở giữa vẫn tính
CC | cong_ngay | 28/03/2025 | 10 | 08/04/2025 | Đ148 k5: ngày cuối 07/4 là Giỗ Tổ
CC | cong_ngay | 20/08/2025 | 10 | 03/09/2025 | Đ148 k5: ngày cuối 30/8 trong kỳ nghỉ Quốc khánh
CC | cong_ngay | 16/01/2025 | 10 | 03/02/2025 | Đ148 k5: ngày cuối 26/01 trong Tết Ất Tỵ
CC | cong_ngay | 19/02/2024 | 10 | 29/02/2024 | năm nhuận
CC | cong_ngay | 18/02/2025 | 10 | 28/02/2025 | năm không nhuận
CC | cong_ngay | 22/12/2025 | 10 | 05/01/2026 | Đ148 k5: ngày cuối 01/01/2026, liền 02/01 hoán đổi và cuối tuần
CC | cong_ngay | 16/04/2025 | 10 | 26/04/2025 | ngày cuối là thứ Bảy làm bù: không lùi
CC | cong_ngay | 12/08/2026 | 10 | 22/08/2026 | ngày cuối là thứ Bảy làm bù: không lùi
CC | cong_ngay | 21/08/2026 | 10 | 03/09/2026 | Đ148 k5: ngày cuối 31/8 nghỉ hoán đổi
CC | cong_ngay | 05/02/2026 | 10 | 23/02/2026 | Đ148 k5: ngày cuối 15/02 trong Tết Bính Ngọ
CC | cong_ngay | 19/04/2024 | 10 | 02/05/2024 | Đ148 k5: ngày cuối 29/4 nghỉ hoán đổi
CC | cong_ngay | 24/04/2024 | 10 | 04/05/2024 | ngày cuối là thứ Bảy làm bù: không lùi
CC | cong_ngay | 27/01/2027 | 10 | 11/02/2027 | tạm tính 2027: ngày cuối là mùng 1 Tết
CC | cong_ngay | 21/04/2027 | 10 | 04/05/2027 | tạm tính 2027: ngày cuối 1/5 thứ Bảy, 03/5 nghỉ bù
CC | cong_ngay | 24/08/2027 | 10 | 06/09/2027 | tạm tính 2027: ngày cuối 03/9
CC | lien_tuc | 20/01/2025 | 30 | 18/02/2025 | niêm yết 30 ngày liên tục (Luật Tiếp cận thông tin Đ21), Tết vẫn tính
CC | lien_tuc | 01/02/2024 | 30 | 01/03/2024 | niêm yết 30 ngày, năm nhuận
CC | lien_tuc | 01/02/2025 | 30 | 02/03/2025 | niêm yết 30 ngày, năm không nhuận
CC | lien_tuc | 26/12/2025 | 20 | 14/01/2026 | niêm yết 20 ngày qua năm
CC | lien_tuc | 30/04/2025 |  3 | 02/05/2025 | truyền thanh 3 ngày liên tục (Luật DCCS Đ13 k3), ngày nghỉ vẫn tính
CC | lui        | 31/10/2026 | 1 | 02/11/2026 | hạn ấn định rơi vào thứ Bảy, lùi
CC | keo_ve     | 31/10/2026 | 1 | 30/10/2026 | hạn ấn định rơi vào thứ Bảy, kéo về
CC | giu_nguyen | 31/10/2026 | 1 | 31/10/2026 | hạn cấp trên ấn định không tự gia hạn
CC | lui        | 30/10/2027 | 1 | 01/11/2027 | thứ Bảy 30/10/2027
CC | keo_ve     | 30/10/2027 | 1 | 29/10/2027 | thứ Bảy 30/10/2027
CC | lui        | 14/12/2025 | 1 | 15/12/2025 | Chủ nhật 14/12/2025
CC | keo_ve     | 14/12/2025 | 1 | 12/12/2025 | Chủ nhật 14/12/2025
CC | lui        | 28/01/2025 | 1 | 03/02/2025 | 29 Tết Ất Tỵ
CC | keo_ve     | 28/01/2025 | 1 | 24/01/2025 | 29 Tết Ất Tỵ
CC | lui        | 26/04/2025 | 1 | 26/04/2025 | thứ Bảy làm bù là ngày làm việc
CC | keo_ve     | 04/05/2024 | 1 | 04/05/2024 | thứ Bảy làm bù là ngày làm việc
CC | lui        | 02/09/2026 | 1 | 03/09/2026 | Quốc khánh
CC | lui        | 01/01/2027 | 1 | 04/01/2027 | Tết Dương lịch, thứ Sáu
CC | keo_ve     | 01/01/2027 | 1 | 31/12/2026 | Tết Dương lịch, kéo về năm trước
DN | cong_ngay_lam_viec | 25/04/2025 | 1 | 26/04/2025 | doanh nghiệp làm việc thứ Bảy
DN | cong_ngay_lam_viec | 29/04/2025 | 1 | 02/05/2025 | doanh nghiệp không theo ngày hoán đổi của Nhà nước
DN | cong_ngay_lam_viec | 02/05/2025 | 1 | 03/05/2025 | doanh nghiệp làm việc thứ Bảy 03/5
DN | cong_ngay_lam_viec | 30/10/2026 | 1 | 31/10/2026 | doanh nghiệp làm việc thứ Bảy
DN | cong_ngay_lam_viec | 29/08/2026 | 1 | 31/08/2026 | doanh nghiệp không theo hoán đổi 31/8/2026
DN | cong_ngay_lam_viec | 25/04/2026 | 1 | 28/04/2026 | Giỗ Tổ trùng Chủ nhật, nghỉ bù thứ Hai (BLLĐ Đ111 k3)
DN | lui                | 31/10/2026 | 1 | 31/10/2026 | thứ Bảy là ngày làm việc của doanh nghiệp
TH | cong_ngay_lam_viec | 29/04/2025 | 1 | 05/05/2025 | trường học theo lịch cơ quan nhà nước
TH | cong_ngay_lam_viec | 21/08/2026 | 1 | 22/08/2026 | trường học theo ngày làm bù của Nhà nước
TH | lui                | 20/11/2027 | 1 | 22/11/2027 | thứ Bảy 20/11/2027
"""
